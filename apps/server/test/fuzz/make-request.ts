import type { RawRequest } from "../support/raw-request.ts";
import { damage } from "./damage.ts";
import type { Dice } from "./dice.ts";
import { makeValue, type JsonSchema } from "./from-schema.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import { suggestFor, type Names } from "./names.ts";
import { oddTexts } from "./odd-values.ts";

/** A request before it is bytes. */
export type Draft = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** `undefined`: without one. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** Who sends it: whoever may, a member, nobody, or somebody who is none. */
export type Sender = "allowed" | "member" | "nobody" | "garbage";

export type FuzzedRequest = RawRequest & {
  readonly sender: Sender;
  /** Whether the address is still that of the door. */
  readonly isOnRoute: boolean;
};

export type Making = {
  readonly dice: Dice;
  readonly names: Names;
  readonly seeds: readonly Draft[];
  /** Of a door that takes whole documents. */
  readonly documents: readonly object[];
};

/** One request of a door, mostly damaged. */
export function makeRequest(door: FuzzedDoor, on: Making): FuzzedRequest {
  const { dice } = on;
  const sound = makeDraft(door, on);
  const draft = dice.chance(15) ? sound : damageDraft(sound, dice);
  const sender = dice.chance(90) ? "allowed" : dice.pick(["member", "nobody", "garbage"] as const);
  const request = door.kind === "route" ? toRouteRequest(door, draft, dice) : toCall(door, draft, dice);
  return { ...request, sender };
}

function makeDraft(door: FuzzedDoor, { dice, names, seeds, documents }: Making): Draft {
  const seed = seeds.length > 0 ? dice.pick(seeds) : { params: {}, query: {}, body: undefined, headers: {} };
  const suggest = suggestFor(door.name, names);
  const make = (schema: JsonSchema | undefined, known: unknown) =>
    schema === undefined || (known !== undefined && dice.chance(30))
      ? known
      : makeValue(schema, { dice, suggest });
  const body = make(door.body, seed.body);
  return {
    params: toRecord(make(door.params, seed.params)),
    query: toRecord(make(door.query, seed.query)),
    body: documents.length === 0 ? body : withDocument(door, { body, document: dice.pick(documents), dice }),
    headers: seed.headers,
  };
}

/** The whole of a route's body, a text within a procedure's; damaged in itself. */
function withDocument(
  { kind }: FuzzedDoor,
  { body, document, dice }: { readonly body: unknown; readonly document: object; readonly dice: Dice },
): unknown {
  let damaged: unknown = document;
  for (let left = dice.pick([0, 1, 1, 2, 3]); left > 0; left -= 1) damaged = damage(damaged, dice);
  return kind === "route" ? damaged : { ...toRecord(body), text: toBodyText(damaged, dice) };
}

function damageDraft(draft: Draft, dice: Dice): Draft {
  let damaged = draft;
  for (let left = dice.pick([1, 1, 1, 2, 3]); left > 0; left -= 1) damaged = damageOnce(damaged, dice);
  return damaged;
}

function damageOnce(draft: Draft, dice: Dice): Draft {
  const places = [
    ...(draft.body === undefined ? [] : (["body", "body", "body", "body", "body", "body"] as const)),
    ...(Object.keys(draft.params).length === 0 ? [] : (["params", "params"] as const)),
    ...(Object.keys(draft.query).length === 0 ? [] : (["query", "query"] as const)),
    "unknownQuery" as const,
    "headers" as const,
  ];
  const place = dice.pick(places);
  if (place === "headers") return { ...draft, headers: { ...draft.headers, ...dice.pick(oddHeaders) } };
  if (place === "unknownQuery")
    return { ...draft, query: { ...draft.query, [dice.pick(oddTexts)]: dice.pick(oddTexts) } };
  if (place === "body") return { ...draft, body: damage(draft.body, dice) };
  return { ...draft, [place]: toRecord(damage(draft[place], dice)) };
}

const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { "x-corral-min-revision": "0" },
  { "x-corral-min-revision": "." },
  { "x-corral-min-revision": "../../" },
  { accept: "text/html" },
  { accept: "application/xml;q=x" },
  { "accept-encoding": "gzip;q=-1, *" },
  { "accept-language": "x".repeat(2_000) },
  { "content-encoding": "gzip" },
  { "if-none-match": "*" },
  { "if-modified-since": "yesterday" },
  { range: "bytes=0-9999999999999" },
  { "x-http-method-override": "DELETE" },
  { "x-forwarded-host": "evil.example.com" },
  { "x-forwarded-proto": "javascript" },
  { forwarded: 'for=;host="' },
  { origin: "null" },
  { origin: "http://[" },
  { cookie: "sid=%E0%A4%A; sid=__proto__; a=b;;;=" },
  { cookie: "__proto__=1; constructor=2" },
  { "user-agent": "\u00e9\u00ff".repeat(500) },
  { "x-request-id": "../../etc/passwd" },
  { traceparent: "00-0-0-0" },
  { "trpc-accept": "application/jsonl" },
  { "trpc-accept": "x" },
  { "last-event-id": "../-1" },
  { prefer: "return=minimal" },
];

/** Mutations that answer step by step, which are asked for as batches. */
const streamed = /^(?:chat\.stream|ollama\.(?:push|create))$/u;

/** A procedure's input: in the address of a query, in the body of a mutation. */
function toCall(door: FuzzedDoor, draft: Draft, dice: Dice): Omit<FuzzedRequest, "sender"> {
  const query = toQueryText({ ...draft.query });
  if (door.method === "GET") {
    const text = draft.body === undefined ? "" : encodeText(toBodyText(draft.body, dice));
    // longer addresses end at the limit of headers, which is another test's
    const input = text === "" || text.length > 7_000 ? "" : `input=${text}`;
    const joined = dice.chance(3) ? [input, input, query] : [input, query];
    return {
      method: "GET",
      path: `${door.path}?${joined.filter((part) => part !== "").join("&")}`,
      headers: draft.headers,
      isOnRoute: true,
    };
  }
  // now and then as somebody who takes no streams
  const isStream = streamed.test(door.name) && dice.chance(95);
  const body = isStream ? { 0: draft.body } : draft.body;
  const headers = isStream ? { "trpc-accept": "application/jsonl", ...draft.headers } : draft.headers;
  return {
    method: "POST",
    path: `${door.path}${isStream ? "?batch=1&" : "?"}${query}`,
    ...withBody({ ...draft, body, headers }, dice),
    isOnRoute: true,
  };
}

function toRouteRequest(door: FuzzedDoor, draft: Draft, dice: Dice): Omit<FuzzedRequest, "sender"> {
  let isOnRoute = true;
  const path = door.path.replaceAll(/:(\w+)|\*/gu, (_, name: string | undefined) => {
    const value = toText(draft.params[name ?? "*"]);
    // what is empty, or leads elsewhere, is another route's
    if (value === "" || value === "." || value === ".." || value.length > 6_000) isOnRoute = false;
    return encodeText(value.slice(0, 6_000));
  });
  const query = toQueryText(draft.query);
  const address = query === "" ? path : `${path}?${query}`;
  if (door.method === "GET") return { method: "GET", path: address, headers: draft.headers, isOnRoute };
  return { method: door.method, path: address, ...withBody(draft, dice), isOnRoute };
}

function withBody(draft: Draft, dice: Dice): Pick<RawRequest, "headers" | "body"> {
  const type = dice.chance(95) ? "application/json" : dice.pick(contentTypes);
  if (draft.body === undefined) return { headers: { "content-type": type, ...draft.headers }, body: "" };
  return { headers: { "content-type": type, ...draft.headers }, body: toBodyText(draft.body, dice) };
}

const contentTypes = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/json;charset=",
  "application/JSON",
  "application/scim+json",
  "application/json\t",
  "application/jsonl",
  "/",
  "x".repeat(500),
];

/** JSON, now and then broken. */
function toBodyText(value: unknown, dice: Dice): string {
  // nothing else than JSON can stand in a body
  const text = JSON.stringify(value) ?? "null";
  if (dice.chance(96)) return text;
  return dice.pick([
    () => text.slice(0, -1),
    () => `${text}}`,
    () => `\ufeff${text}`,
    () => text.replaceAll('"', "'"),
    () => text.replace(/:/u, ":NaN,"),
    () => text.replace("{", '{"id":1,"id":2,'),
    () => text.replace("{", '{"__proto__":{"x":1},'),
    () => text.replace("{", '{"\\u0000":1,'),
    () => `${text}\n${text}`,
    () => "[".repeat(5_000),
    () => '{"a":'.repeat(2_000),
    () => "",
    () => " ",
    () => '"',
    () => "\u0000",
    () => text.replaceAll(/[a-z]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ])();
}

function toQueryText(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value.slice(0, 50) : [value]).map((one) => [name, one] as const),
    )
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeText(name.slice(0, 200))}=${encodeText(toText(value).slice(0, 2_000))}`)
    .slice(0, 100)
    .join("&")
    .slice(0, 7_000)
    .replace(/%[\dA-F]?$/u, "");
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value);
}

/** Half characters as the bytes that some programs write for them. */
function encodeText(text: string): string {
  return text.isWellFormed()
    ? encodeURIComponent(text)
    : `${encodeURIComponent(text.toWellFormed())}%ED%A0%80`;
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // safe: just looked at; what is none anymore goes under a name of its own
  return isObject ? (value as Readonly<Record<string, unknown>>) : value === undefined ? {} : { id: value };
}
