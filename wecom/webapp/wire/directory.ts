// What screens ask of the directory beyond what the client keeps.
import type { components } from "./api.gen";
import { answer, api } from "./http";

type Schemas = components["schemas"];
export type DepartmentSize = Schemas["SizeView"];

export const departmentSizes = async (): Promise<DepartmentSize[]> => (await answer(api.GET("/api/directory/sizes"))).sizes;

export interface Found {
  members: Schemas["MemberView"][];
  /** How their names are read in pinyin, by member; more than once where people read them in several ways. */
  readings: ReadonlyMap<number, readonly (readonly string[])[]>;
}

export async function findPeople(q: string, limit = 50): Promise<Found> {
  const { members, readings } = await answer(api.GET("/api/members/search", { params: { query: { q, limit } } }));
  const byMember = new Map<number, string[][]>();
  for (const { member_id, syllables } of readings) byMember.set(member_id, [...(byMember.get(member_id) ?? []), syllables]);
  return { members, readings: byMember };
}
