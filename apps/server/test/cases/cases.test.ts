import { readFileSync } from "node:fs";
import { appRouter, type ProcedureMeta } from "@corral/api";
import { errorCodes, type ErrorCode } from "@corral/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "../support/raw-request.ts";
import { readStoredState } from "../support/stored-state.ts";
import { allCases } from "./all-cases.ts";
import type { Caller, Cases, Sent, Shown } from "./case-table.ts";
import { createCasesWorld, type CasesWorld } from "./cases-world.ts";

/** What tRPC says of a procedure. */
type Definition = { readonly type: "query" | "mutation" | "subscription"; readonly meta?: ProcedureMeta };

const listed: Readonly<Record<string, unknown>> = appRouter._def.procedures;
const procedures = new Map(
  Object.entries(listed).map(([path, procedure]) => {
    // safe: what tRPC itself goes by
    const { _def } = procedure as { readonly _def: Definition };
    return [path, _def] as const;
  }),
);
const kinds = ["happy", "denied", "invalid", "conflict"] as const;
const rows = Object.entries(allCases);
const cases = rows.flatMap(([path, row]) =>
  kinds.flatMap((kind) => {
    const found = row[kind];
    return found === undefined ? [] : [{ path, kind, case: found }];
  }),
);

let world: CasesWorld;
let before: Awaited<ReturnType<typeof readStoredState>>;
beforeAll(async () => {
  world = await createCasesWorld();
  before = await readStoredState(world.server.databaseUrl);
});
afterAll(async () => world[Symbol.asyncDispose]());

/** Answered in pieces, and only to whoever says that they read them. */
const streamed: ReadonlySet<string> = new Set(["chat.stream", "ollama.push", "ollama.create"]);

function send(path: string, as: Caller, input: object) {
  const type = procedures.get(path)?.type;
  const text = JSON.stringify(input);
  const headers = { "content-type": "application/json", ...credentialOf(as) };
  if (streamed.has(path)) {
    const body = JSON.stringify({ 0: input });
    const asStream = { ...headers, "trpc-accept": "application/jsonl" };
    return sendRaw(world.server.url, {
      method: "POST",
      path: `/trpc/${path}?batch=1`,
      headers: asStream,
      body,
    });
  }
  return type === "mutation"
    ? sendRaw(world.server.url, { method: "POST", path: `/trpc/${path}`, headers, body: text })
    : sendRaw(world.server.url, { path: `/trpc/${path}?input=${encodeURIComponent(text)}`, headers });
}

function credentialOf(as: Caller): Record<string, string> {
  if (as === "stranger") return {};
  const tokens = { ada: world.ada.token, bob: world.bob.token, pete: world.pendingToken };
  return { authorization: `Bearer ${tokens[as]}` };
}

type Refusal = {
  readonly message: string;
  readonly data: {
    readonly errorCode: ErrorCode;
    readonly httpStatus: number;
    readonly remedy: string;
    readonly requestId: string;
    readonly issues?: readonly { readonly path: readonly (string | number)[] }[];
  };
};

/** The refusal in a plain answer, as the event of a subscription, or as the piece of a stream. */
function readRefusal(text: string): Refusal {
  const event = /^data: (.*errorCode.*)$/mu.exec(text)?.[1];
  const piece = /^\[0,0,\[\[(.*errorCode.*)\]\]\]$/mu.exec(text)?.[1];
  // each field is looked at below
  return event === undefined
    ? (JSON.parse(piece ?? text) as { error: Refusal }).error
    : (JSON.parse(event) as Refusal);
}

async function expectRefusal(path: string, { as, input, code, path: place }: Sent): Promise<void> {
  const answer = await send(path, as, typeof input === "function" ? input(world) : input);

  const { message, data } = readRefusal(answer.text);
  expect({ ...data, message }).toMatchObject({
    errorCode: code,
    httpStatus: errorCodes[code].status,
    remedy: errorCodes[code].remedy,
    message: expect.stringMatching(/[.?!]$/u),
    requestId: answer.headers["x-request-id"],
  });
  const isWhole = procedures.get(path)?.type !== "subscription" && !streamed.has(path);
  if (isWhole) expect(answer.status).toBe(errorCodes[code].status);
  if (place !== undefined) expect(data.issues?.map((issue) => issue.path.join("."))).toContain(place);
}

describe("every procedure", () => {
  test("has its cases, and no case is of a procedure that is gone", () => {
    const wanting = [...procedures].filter(([path, { type }]) => {
      const row = allCases[path];
      return row === undefined || (type === "mutation") !== (row.conflict !== undefined);
    });

    expect(
      wanting.map(([path]) => `${path}: add its row in test/cases, a mutation's with a conflict`),
    ).toStrictEqual([]);
    expect(rows.map(([path]) => path).filter((path) => !procedures.has(path))).toStrictEqual([]);
  });

  test("is shown by tests that exist", () => {
    const missing = cases.filter(
      ({ case: { kind, ...of } }) => kind === "shown" && !isThere({ kind, ...of } as Shown),
    );

    expect(missing).toStrictEqual([]);
  });

  test("refuses whoever its policy keeps out, before it looks at what they send", async () => {
    for (const [path, { meta }] of procedures) {
      const auth = meta?.policy.auth ?? "none";
      const outsiders = {
        none: [],
        account: ["stranger"],
        member: ["stranger", "pete"],
        administrator: ["stranger", "pete", "bob"],
      } as const;
      for (const as of outsiders[auth]) {
        const code = as === "stranger" ? "unauthenticated" : "access_denied";
        await expectRefusal(path, { kind: "sent", as, input: {}, code });
      }
    }
  });
});

function isThere({ file, title }: Shown): boolean {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  // the ids of attacks that a test also shows stand before its title
  return source.replaceAll(/"(?:\[[A-Z]+-\d+\] ?)+/gu, '"').includes(`"${title}"`);
}

type Sending = { readonly path: string; readonly kind: keyof Cases; readonly sent: Sent };

describe("over the wire", () => {
  const sendings = cases.flatMap(({ path, kind, case: found }): Sending[] =>
    found.kind === "sent" ? [{ path, kind, sent: found }] : [],
  );

  test.each(sendings)("$path, $kind: refused with $sent.code", async ({ path, sent }) => {
    await expectRefusal(path, sent);
  });

  test.each([
    ["text that is no JSON", "{"],
    ["a value that is no object", "7"],
    [
      "a text that the database cannot keep",
      JSON.stringify({ id: "x", name: "half \ud800", baseModelId: "open-base" }),
    ],
  ])("%s is wrong as a whole, or says where", async (_, body) => {
    const headers = { "content-type": "application/json", ...credentialOf("ada") };

    const answer = await sendRaw(world.server.url, {
      method: "POST",
      path: "/trpc/models.create",
      headers,
      body,
    });

    const { data } = readRefusal(answer.text);
    expect(data).toMatchObject({ errorCode: "invalid_input", issues: [{ path: expect.any(Array) }] });
  });

  test("no refusal leaves a trace", async () => {
    expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  });
});

test("every code of the error table says what to do next", () => {
  const remedies = Object.values(errorCodes).map(({ remedy }) => remedy);

  expect(remedies.filter((remedy) => !/^[A-Z].*[.!]$/su.test(remedy))).toStrictEqual([]);
});
