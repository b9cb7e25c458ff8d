// Punches that wait: nothing is lost, nothing is sent twice as two, and what waited says when it was done.
import { beforeEach, expect, test, vi } from "vitest";

import type { NewPunch, Punched } from "@/wire/checkins";
import { Refused, Unreachable } from "@/wire/http";
import type { WaitingPunch } from "@/wire/punches";

import { PunchQueue } from "./queue";

const NINE = Date.parse("2026-11-23T01:00:00Z");
let disk: Map<string, WaitingPunch>;
let sent: NewPunch[];
let answers: (() => Promise<Punched>)[];
let taken: Punched[];
let photos: number;
let time: number;

const ok = (id: number) => () => Promise.resolve({ punch: { id } } as Punched);
const away = () => Promise.reject(new Unreachable("no network"));
const refused = (error: string, status = 403) => () =>
  Promise.reject(new Refused(status, { error, message: error, request_id: "", facts: {} }, null));

const made = (client_id: string, at = NINE): Omit<WaitingPunch, "waited"> => ({ client_id, kind: "regular", way: "on", at, place: null, note: "" });

function queue(): PunchQueue {
  const sends = {
    photo: () => Promise.resolve(`photo-${++photos}`),
    punch: (punch: NewPunch) => {
      sent.push(punch);
      return (answers.shift() ?? away)();
    },
  };
  const keeps = {
    all: () => Promise.resolve([...disk.values()]),
    put: (punch: WaitingPunch) => Promise.resolve(void disk.set(punch.client_id, punch)),
    drop: (id: string) => Promise.resolve(void disk.delete(id)),
  };
  const tells = { changed: () => undefined, taken: (punched: Punched) => void taken.push(punched) };
  return new PunchQueue("test", () => ({ id: "device", name: "" }), sends, keeps, tells, () => time);
}

beforeEach(() => {
  vi.useFakeTimers();
  [disk, sent, answers, taken, photos, time] = [new Map(), [], [], [], 0, NINE];
});

test("with a network it is answered at once, and counts by the server's clock", async () => {
  answers = [ok(7)];
  expect((await queue().add(made("one")))?.punch.id).toBe(7);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.claimed_at).toBeNull();
  expect(disk.size).toBe(0);
});

test("without a network it waits on the disk, and says later when it was done", async () => {
  const first = queue();
  expect(await first.add(made("one"))).toBeNull();
  first.stop();
  expect([...disk.keys()]).toEqual(["one"]);

  time = NINE + 3_600_000;
  answers = [ok(8)];
  const second = queue();
  await second.load();
  await second.wake();
  expect(sent.at(-1)).toMatchObject({ client_id: "one", claimed_at: "2026-11-23T01:00:00.000Z" });
  expect(taken.map((each) => each.punch.id)).toEqual([8]);
  expect(disk.size).toBe(0);
});

test("it is tried again by itself, in the order in which it was done, and one that cannot go holds the others back", async () => {
  const here = queue();
  expect(await Promise.all([here.add(made("two", NINE + 1000)), here.add(made("one"))])).toEqual([null, null]);
  const tried = sent.length;
  answers = [ok(1), ok(2)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.slice(tried).map((each) => each.client_id)).toEqual(["one", "two"]);
  expect(here.waiting.size).toBe(0);
});

test("what is refused at once is told and forgotten; what is refused later stays to be seen", async () => {
  const here = queue();
  answers = [refused("OutOfRange")];
  await expect(here.add(made("one"))).rejects.toThrow("OutOfRange");
  expect(here.waiting.size).toBe(0);

  expect(await here.add(made("two"))).toBeNull();
  answers = [refused("ClaimUnfit", 400)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(here.waiting.get("two")?.refusal?.error).toBe("ClaimUnfit");
  const tried = sent.length;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sent).toHaveLength(tried);
  await here.discard("two");
  expect(disk.size).toBe(0);
});

test("a photo goes up once, and again only where the server has let go of it", async () => {
  const here = queue();
  answers = [away, refused("MediaExpired", 404), ok(3)];
  expect(await here.add({ ...made("one"), photo: new Blob(["jpeg"]) })).toBeNull();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sent.map((each) => each.photo)).toEqual(["photo-1", "photo-1", "photo-2"]);
  expect(here.waiting.size).toBe(0);
});
