// Robots of a group: who speaks in it through a webhook.
import type { components } from "./api.gen";
import { answer, api } from "./http";

type Schemas = components["schemas"];
export type Robot = Schemas["RobotView"];

const PATH = "/api/conversations/{conversation_id}/robots";
const ONE = "/api/conversations/{conversation_id}/robots/{robot_id}";
const of = (conversation_id: number) => ({ path: { conversation_id } });
const one = (conversation_id: number, robot_id: number) => ({ path: { conversation_id, robot_id } });

export const robotsOf = async (id: number): Promise<Robot[]> => (await answer(api.GET(PATH, { params: of(id) }))).robots;

/** With the webhook, which is shown this once. */
export const addRobot = (id: number, name: string): Promise<Schemas["RobotWithKey"]> => answer(api.POST(PATH, { params: of(id), body: { name } }));

export const changeRobot = (id: number, robot: number, body: Schemas["RobotChanges"]): Promise<unknown> =>
  answer(api.PATCH(ONE, { params: one(id, robot), body }));

export const removeRobot = (id: number, robot: number): Promise<unknown> => answer(api.DELETE(ONE, { params: one(id, robot) }));

export const otherKey = async (id: number, robot: number): Promise<string> =>
  (await answer(api.POST(`${ONE}/key`, { params: one(id, robot) }))).webhook;
