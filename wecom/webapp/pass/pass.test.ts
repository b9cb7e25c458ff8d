// What a phone shows and a gate believes: the same bytes as the server's, and nothing that somebody has changed.
import { beforeAll, expect, test } from "vitest";

import examples from "../../../tests/recorded/passes/examples.json";

import { fromBase45, toBase45, type Bytes } from "./base45";
import { joined, readCertificate, readPass, spoken, STEP, writePass, type Level } from "./bytes";
import { keyOf, ownKeys, passOf, publicPoint, signed } from "./keys";
import { compressed, whole } from "./point";
import { verdictOn, type Known, type Why } from "./verify";

const NOW = 1_800_000_015;
const HERE = Math.floor(NOW / STEP);
const never = () => false;

let server: CryptoKeyPair;
let phone: CryptoKeyPair;
let known: Known;

async function certified({ level = 1, kid = 7, serial = 2n ** 60n + 1n, policy = 3, expires = NOW + 3600, name = "张三", keys = phone } = {}): Promise<Bytes> {
  const said = new TextEncoder().encode(name);
  const head = new DataView(new ArrayBuffer(29));
  head.setUint8(0, 1);
  head.setUint32(1, kid);
  head.setBigUint64(5, serial);
  head.setUint32(13, policy);
  head.setUint16(17, 4);
  head.setUint8(19, level);
  head.setUint32(20, NOW - 600);
  head.setUint32(24, expires);
  head.setUint8(28, said.length);
  const told = joined(new Uint8Array(head.buffer), said, compressed(await publicPoint(keys)));
  return joined(told, await signed(server, told));
}

const judged = async (text: string, { now = NOW, seen = never, about = known }: { now?: number; seen?: () => boolean; about?: Known } = {}) =>
  (await verdictOn(text, about, now, seen)).why ?? "admitted";

beforeAll(async () => {
  [server, phone] = [await ownKeys(), await ownKeys()];
  const key = (await keyOf(await publicPoint(server)))!;
  const admits = new Map<number, readonly Level[]>([[3, ["green"]]]);
  known = { keys: new Map([[7, { key, until: NOW + 86_400 }]]), admits, revoked: new Set(), told: NOW - 60, longest_age: 3600 };
});

test("base45 is as its RFC has it", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect([toBase45(bytes("AB")), toBase45(bytes("Hello!!")), toBase45(bytes("base-45"))]).toEqual(["BB8", "%69 VD92EX0", "UJCLQE7W581"]);
  expect(new TextDecoder().decode(fromBase45("QED8WEX0")!)).toBe("ietf!");
  for (const wrong of ["A", "GGW", "::", "ab", "QED8"]) expect(fromBase45(wrong), wrong).toBeNull();
});

test("a point of the curve is whole again from its compressed form, and nothing else is one", async () => {
  for (let round = 0; round < 8; round++) {
    const point = await publicPoint(await ownKeys());
    expect(whole(compressed(point))).toEqual(point);
  }
  expect(whole(new Uint8Array(33).fill(255))).toBeNull();
  // No point of P-256 has this x.
  expect(whole(new Uint8Array([2, ...new Array<number>(31).fill(0), 1]))).toBeNull();
});

test("a phone's key cannot be taken from it", async () => {
  await expect(crypto.subtle.exportKey("pkcs8", phone.privateKey)).rejects.toThrow();
});

test("a green pass of now is admitted, and says whose it is", async () => {
  const verdict = await verdictOn(await passOf(await certified(), phone, HERE), known, NOW, never);
  expect([verdict.admitted, verdict.why]).toEqual([true, null]);
  expect(verdict.certificate).toMatchObject({ name: "张三", level: "green", serial: `${2n ** 60n + 1n}`, policy: 3, version: 4 });
});

test("what a scanner's keys add at the end is no matter", async () => {
  const pass = await passOf(await certified(), phone, HERE);
  expect(await judged(`${pass}\r\n`)).toBe("admitted");
});

test("clocks may differ by a minute and a half, and no more", async () => {
  const pass = await passOf(await certified(), phone, HERE);
  expect(await judged(pass, { now: HERE * STEP + 90 })).toBe("admitted");
  expect(await judged(pass, { now: HERE * STEP - 90 })).toBe("admitted");
  expect(await judged(pass, { now: HERE * STEP + 91 })).toBe("stale");
  expect(await judged(pass, { now: HERE * STEP + 180 })).toBe("stale");
  expect(await judged(pass, { now: HERE * STEP - 91 })).toBe("stale");
});

test.each<[Why, () => Promise<string>, Partial<Known>?]>([
  ["unknown_format", async () => "https://example.com/"],
  ["unknown_format", async () => "WH1:"],
  ["unknown_format", async () => `${await passOf(await certified(), phone, HERE)}000`],
  ["unknown_format", async () => passOf(await certified({ level: 4 }), phone, HERE)],
  ["unknown_key", async () => passOf(await certified({ kid: 8 }), phone, HERE)],
  ["expired", async () => passOf(await certified({ expires: NOW }), phone, HERE)],
  ["revoked", async () => passOf(await certified(), phone, HERE), { revoked: new Set([`${2n ** 60n + 1n}`]) }],
  ["level", async () => passOf(await certified({ policy: 9 }), phone, HERE)],
  ["level", async () => passOf(await certified({ level: 3 }), phone, HERE)],
  ["level", async () => passOf(await certified({ level: 2 }), phone, HERE)],
  ["old_knowledge", async () => passOf(await certified(), phone, HERE), { told: NOW - 3601 }],
])("%s is refused", async (why, made, about = {}) => {
  expect(await judged(await made(), { about: { ...known, ...about } })).toBe(why);
});

test("another phone with the same certificate is refused, and its name is not shown", async () => {
  const verdict = await verdictOn(await passOf(await certified(), await ownKeys(), HERE), known, NOW, never);
  expect([verdict.why, verdict.certificate]).toEqual(["forged", null]);
});

test("no byte can be changed", async () => {
  const pass = fromBase45((await passOf(await certified(), phone, HERE)).slice(4))!;
  for (let at = 0; at < pass.length; at += 5) {
    const changed = pass.slice();
    changed[at]! ^= 1;
    expect(["unknown_format", "unknown_key", "forged", "stale"], `byte ${at}`).toContain(await judged(`WH1:${toBase45(changed)}`));
  }
});

test("an old step cannot be given a new number", async () => {
  const old = readPass(await passOf(await certified(), phone, HERE - 6))!;
  expect(await judged(writePass(old.certificate.bytes, HERE, old.signature))).toBe("forged");
});

test("what was admitted once is not admitted again", async () => {
  expect(await judged(await passOf(await certified(), phone, HERE), { seen: () => true })).toBe("replayed");
});

test("a name is cut at a character by the server; half a character is no certificate", async () => {
  const certificate = await certified({ name: "张" });
  const halved = joined(certificate.slice(0, 28), new Uint8Array([2]), certificate.slice(29, 31), certificate.slice(32));
  expect(readCertificate(halved)).toBeNull();
});

const bytes = (hex: string): Bytes => new Uint8Array((hex.match(/../g) ?? []).map((each) => parseInt(each, 16)));

test("bytes, letters and points are the server's", () => {
  for (const [hex, text] of examples.base45 as [string, string][]) {
    expect(toBase45(bytes(hex))).toBe(text);
    expect(fromBase45(text)).toEqual(bytes(hex));
  }
  for (const [short, long] of examples.points as [string, string][]) {
    expect(whole(bytes(short))).toEqual(bytes(long));
    expect(compressed(bytes(long))).toEqual(bytes(short));
  }
  const { of, words, written } = examples.certificate;
  const read = readCertificate(bytes(written))!;
  const { policy_id: policy, serial, level, ...same } = of;
  expect(read).toMatchObject({ ...same, policy, serial: `${serial}`, level: ["", "green", "yellow", "red"][level] });
  expect(read.signed).toEqual(bytes(words));
  expect(spoken(bytes(written), examples.pass.step)).toEqual(bytes(examples.pass.words));
});

test.each(examples.cases.map((each) => [each.name, each] as const))("the server and the gate decide alike: %s", async (_, { text, admitted, why, who }) => {
  const { at, longest_age, keys, admits, revoked } = examples.knowledge;
  const levels: Level[] = ["green", "yellow", "red"];
  const trusted = await Promise.all(keys.map(async ({ kid, public_key, until }) => [kid, { key: (await keyOf(bytes(public_key)))!, until }] as const));
  const admitting = Object.entries(admits).map(([policy, each]) => [Number(policy), each.map((level) => levels[level - 1]!)] as const);
  const about: Known = { keys: new Map(trusted), admits: new Map(admitting), revoked: new Set(revoked.map(String)), told: at, longest_age };
  const seen = (serial: string, step: number) => examples.seen.some(([one, other]) => `${one}` === serial && other === step);
  const verdict = await verdictOn(text, about, examples.now, seen);
  expect([verdict.admitted, verdict.why ?? "", verdict.certificate?.name ?? null]).toEqual([admitted, why, who]);
});
