// What screens ask of the directory beyond what the client keeps.
import type { components } from "./api.gen";
import { answer, api } from "./http";

export type DepartmentSize = components["schemas"]["SizeView"];

export const departmentSizes = async (): Promise<DepartmentSize[]> => (await answer(api.GET("/api/directory/sizes"))).sizes;
