import type { JsonValue } from "../json.ts";
import type { ScriptedReply } from "../testing/scripted-upstream.ts";
import type { SeededRandom } from "./seeded-random.ts";

type Damage = (body: Uint8Array, random: SeededRandom) => Uint8Array;

/** A reply as it might come from a server, a proxy or a line that is broken. */
export function damage(reply: ScriptedReply, random: SeededRandom): ScriptedReply {
  if ("never" in reply) return reply;
  const bytes = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  const kind = random.pick(damages);
  return {
    ...reply,
    ...(random.below(8) === 0 && { status: random.pick([200, 201, 400, 404, 429, 500, 503]) }),
    ...(random.below(8) === 0 && { ending: "reset" as const }),
    body: kind(bytes, random),
  };
}

const flipBytes: Damage = (body, random) => {
  const damaged = Uint8Array.from(body);
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    damaged[random.below(damaged.length)] = random.below(256);
  }
  return damaged;
};

const cutOut: Damage = (body, random) => {
  const from = random.below(body.length);
  return join(body.subarray(0, from), body.subarray(from + 1 + random.below(40)));
};

const putIn: Damage = (body, random) => {
  const at = random.below(body.length);
  return join(body.subarray(0, at), random.bytes(1 + random.below(20)), body.subarray(at));
};

const repeat: Damage = (body, random) => {
  const from = random.below(body.length);
  const to = Math.min(body.length, from + 1 + random.below(200));
  return join(body.subarray(0, to), body.subarray(from));
};

const endEarly: Damage = (body, random) => body.subarray(0, random.below(body.length));

const swapLines: Damage = (body, random) => {
  const lines = new TextDecoder().decode(body).split("\n");
  const [one, other] = [random.below(lines.length), random.below(lines.length)];
  [lines[one], lines[other]] = [lines[other] ?? "", lines[one] ?? ""];
  return new TextEncoder().encode(lines.join("\n"));
};

/** Still valid JSON in valid frames, with a value that nobody expects there. */
const changeValue: Damage = (body, random) => {
  const text = new TextDecoder().decode(body);
  const values = [...text.matchAll(/(?<=[:[,])(?:"[^"\\\n]*"|-?\d[\d.e+-]*|true|false|null|\[\]|\{\})/gu)];
  const value = values[random.below(Math.max(1, values.length))];
  if (value === undefined) return flipBytes(body, random);
  const rest = text.slice(value.index + value[0].length);
  return new TextEncoder().encode(text.slice(0, value.index) + JSON.stringify(anyJson(random)) + rest);
};

const onlyNoise: Damage = (_, random) => random.bytes(random.below(400));

const onlyJson: Damage = (_, random) => {
  const values = Array.from({ length: 1 + random.below(4) }, () => JSON.stringify(anyJson(random)));
  const field = random.pick(["", "data: ", "event: error\ndata: "]);
  return new TextEncoder().encode(values.map((value) => `${field}${value}\n${field && "\n"}`).join(""));
};

const damages: readonly [Damage, ...Damage[]] = [
  flipBytes,
  cutOut,
  putIn,
  repeat,
  endEarly,
  swapLines,
  changeValue,
  // What the protocols are made of, so that nonsense gets further than the parser.
  changeValue,
  changeValue,
  onlyNoise,
  onlyJson,
];

/** Names that the protocols know, so that a random document looks like theirs. */
const names = [
  "error",
  "message",
  "choices",
  "delta",
  "content",
  "tool_calls",
  "function",
  "name",
  "arguments",
  "index",
  "models",
  "data",
  "id",
  "done",
  "usage",
  "embedding",
  "embeddings",
  "code",
  "type",
  "__proto__",
  "finish_reason",
  "prompt_eval_count",
  "model",
  "version",
  "response",
  "text",
] as const;

function anyJson(random: SeededRandom, depth = 0): JsonValue {
  const kind = random.below(depth < 4 ? 9 : 6);
  if (kind === 0) return null;
  if (kind === 1) return random.below(2) === 0;
  if (kind === 2) return random.pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, -0, 999_999_999]);
  if (kind <= 5) return random.pick(["", "x", "[DONE]", "\ud800", "\u0000", "é🐎", "{", "stop", "0"]);
  const count = random.below(4);
  if (kind === 6) return Array.from({ length: count }, () => anyJson(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: count }, () => [random.pick(names), anyJson(random, depth + 1)]),
  );
}

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
