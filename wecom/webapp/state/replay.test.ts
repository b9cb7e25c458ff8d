// What the server recorded: applying its entries to what was shown before gives what is shown after.
import { expect, test } from "vitest";

import { caught, heard } from "./apply";
import type { Answered, Entry, Frame, State } from "./model";
import { answered, pictureOf, recordedPicture, recordings, stateOf, type Recorded } from "./replayed";

const RECORDED = recordings();

/** As a socket may say it: an entry at a time, with the numbers between that one may not see. */
function split(frames: readonly Answered[]): Frame[] {
  return frames.flatMap(({ stream, epoch, from, to, entries }) => {
    const ends = entries.map((entry, n) => (n === entries.length - 1 ? to : entry.seq));
    return entries.map((entry, n) => ({ stream, epoch, from: ends[n - 1] ?? from, to: ends[n]!, entries: [entry] }));
  });
}

/** What the server answers to a client that asks for what it lacks, until it lacks nothing. */
function caughtUp(state: State, frames: readonly Answered[]): State {
  const ends = frames.filter((frame) => frame.gone || frame.reset);
  state = caught(state, ...ends);
  for (let round = 0; state.behind.size && round < 5; round++) {
    const asked = frames.filter((frame) => state.cursors.has(frame.stream) && state.behind.has(frame.stream));
    state = caught(state, ...asked.map((frame) => after(frame, state.cursors.get(frame.stream)!)));
    if (!asked.length) break;
  }
  return state;
}

function after(frame: Answered, cursor: number): Answered {
  const entries = frame.entries.filter((entry: Entry) => entry.seq > cursor);
  return { ...frame, from: cursor, entries };
}

function expectAfter(state: State, recorded: Recorded): void {
  expect(pictureOf(answered(state, recorded))).toEqual(recordedPicture(recorded.after));
}

test("there is something recorded", () => expect(RECORDED.length).toBeGreaterThan(50));

test.each(RECORDED)("$name, as it was asked for", (recorded) => {
  expect(pictureOf(stateOf(recorded))).toEqual(recordedPicture(recorded.before));
  expectAfter(caught(stateOf(recorded), ...recorded.frames), recorded);
});

test.each(RECORDED)("$name, an entry at a time and everything twice", (recorded) => {
  let state = stateOf(recorded);
  for (const frame of split(recorded.frames)) state = heard(heard(state, frame), frame);
  expectAfter(caughtUp(state, recorded.frames), recorded);
});

test.each(RECORDED)("$name, the other way round and with the first frame lost", (recorded) => {
  let state = stateOf(recorded);
  for (const frame of split(recorded.frames).slice(1).reverse()) state = heard(state, frame);
  state = heard(state, ...split(recorded.frames));
  expectAfter(caughtUp(state, recorded.frames), recorded);
});

test.each(RECORDED)("$name leaves the state it was applied to as it was", (recorded) => {
  const state = stateOf(recorded);
  const before = structuredClone(state);
  caught(state, ...recorded.frames);
  answered(state, recorded);
  expect(state).toEqual(before);
});
