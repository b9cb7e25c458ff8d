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
let upload: () => Promise<string>;
let ahead: number;
let diskTakes: () => Promise<unknown>;

const ok = (id: number) => () => Promise.resolve({ punch: { id } } as Punched);
const away = () => Promise.reject(new Unreachable("no network"));
const refused = (error: string, status = 403) => () =>
  Promise.reject(new Refused(status, { error, message: error, request_id: "", facts: {} }, null));

const made = (client_id: string, at = NINE): Omit<WaitingPunch, "waited"> => ({ client_id, kind: "regular", way: "on", at, place: null, note: "" });

function queue(): PunchQueue {
  const sends = {
    photo: () => upload(),
    punch: (punch: NewPunch) => {
      sent.push(punch);
      return (answers.shift() ?? away)();
    },
  };
  const keeps = {
    all: () => Promise.resolve([...disk.values()]),
    put: async (punch: WaitingPunch) => {
      await diskTakes();
      return disk.set(punch.client_id, punch).has(punch.client_id);
    },
    drop: (id: string) => Promise.resolve(void disk.delete(id)),
  };
  const tells = { changed: () => undefined, taken: (punched: Punched) => void taken.push(punched) };
  return new PunchQueue("test", () => ({ id: "device", name: "" }), sends, keeps, tells, () => Promise.resolve(ahead));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NINE);
  [disk, sent, answers, taken, photos, ahead] = [new Map(), [], [], [], 0, 0];
  upload = () => Promise.resolve(`photo-${++photos}`);
  diskTakes = () => Promise.resolve();
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

  vi.setSystemTime(NINE + 3_600_000);
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

test("when it was done is told by the server's clock as it is known when it is sent, and is never yet to come", async () => {
  const here = queue();
  expect(await here.add(made("ahead", NINE + 3_600_000))).toBeNull();
  // This device's clock was an hour ahead, and still is.
  vi.setSystemTime(NINE + 5_400_000);
  [ahead, answers] = [-3_600_000, [ok(1)]];
  await here.wake();
  expect(sent.at(-1)!.claimed_at).toBe("2026-11-23T01:00:00.000Z");

  expect(await here.add(made("put back", Date.now()))).toBeNull();
  vi.setSystemTime(NINE + 1_800_000);
  [ahead, answers] = [0, [ok(2)]];
  await here.wake();
  expect(sent.at(-1)!.claimed_at).toBe("2026-11-23T01:30:00.000Z");
});

test("what takes its time to go out says when it was done; another idea of the server's clock is no time", async () => {
  const here = queue();
  [ahead, answers] = [3_600_000, [ok(1), ok(2)]];
  await here.add(made("at once"));
  await here.add(made("found out where", NINE - 12_000));
  expect(sent.map((each) => each.claimed_at)).toEqual([null, "2026-11-23T01:59:48.000Z"]);
});

test("one that the server stumbles over keeps no other one back", async () => {
  const here = queue();
  answers = [away, refused("Broken", 500), ok(2)];
  expect(await here.add(made("stumbles"))).toBeNull();
  expect((await here.add(made("after", NINE + 1000)))?.punch.id).toBe(2);
  expect([...here.waiting.keys()]).toEqual(["stumbles"]);
  answers = [ok(1)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(disk.size).toBe(0);
});

test("one that is sent while it is written to disk is answered, and leaves nothing there", async () => {
  const here = queue();
  let written = (): void => undefined;
  diskTakes = () => new Promise<void>((resolve) => (written = resolve));
  answers = [ok(1)];
  const answer = here.add(made("one"));
  await here.wake();
  written();
  expect((await answer)?.punch.id).toBe(1);
  expect([here.waiting.size, disk.size]).toEqual([0, 0]);
});

test("a photo that gets nowhere is said to wait, and the next punch goes without it", async () => {
  const here = queue();
  let arrived: (photo: string) => void = () => undefined;
  upload = () => new Promise((resolve) => (arrived = resolve));
  const slow = here.add({ ...made("photo"), photo: new Blob(["jpeg"]) });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await slow).toBeNull();
  answers = [ok(2), ok(1)];
  expect((await here.add(made("plain", Date.now())))?.punch.id).toBe(2);
  arrived("photo-1");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.map((each) => [each.client_id, each.photo])).toEqual([["plain", null], ["photo", "photo-1"]]);
  expect(taken.map((each) => each.punch.id)).toEqual([1]);
});

test("what no disk takes is known as such until it is gone", async () => {
  const here = queue();
  const has = vi.spyOn(disk, "set").mockReturnValue(new Map());
  expect(await here.add(made("one"))).toBeNull();
  expect([...here.unkept]).toEqual(["one"]);
  has.mockRestore();
  answers = [ok(1)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(here.unkept.size).toBe(0);
});
