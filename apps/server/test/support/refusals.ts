import { expect } from "vitest";
import type { BadInputWorld } from "./bad-input-world.ts";
import { sendRaw, type RawAnswer, type RawRequest } from "./raw-request.ts";
import { readStoredState } from "./stored-state.ts";

/** What is said: status, our code, and a sentence that says what is wrong. */
export type Refusal = readonly [status: number, code: string, message: RegExp];

export const nobody = "00000000-0000-4000-8000-000000000000";
export const invalid = (message: RegExp): Refusal => [400, "invalid_input", message];

/** Headers of a caller who sends JSON. */
export function asJson(token: string) {
  return { "content-type": "application/json", authorization: `Bearer ${token}` };
}

export function toMutation(path: string, input: unknown, token: string): RawRequest {
  const body = typeof input === "string" ? input : JSON.stringify(input);
  return { method: "POST", path: `/trpc/${path}`, headers: asJson(token), body };
}

export function toQuery(path: string, input: object, token: string): RawRequest {
  const text = encodeURIComponent(JSON.stringify(input));
  return { path: `/trpc/${path}?input=${text}`, headers: asJson(token) };
}

/** Sends, and holds the answer to what every refusal owes: status, code, words, a request id, and no trace in the database. */
export async function expectRefusalOf(
  { server }: Pick<BadInputWorld, "server">,
  request: RawRequest,
  [status, code, message]: Refusal,
): Promise<void> {
  const before = await readStoredState(server.databaseUrl);

  const answer = await sendRaw(server.url, request);

  const refusal = readRefusal(answer);
  expect(refusal).toMatchObject({ status, code });
  expect(refusal.message).toMatch(message);
  // what is wrong, and what to do next
  expect(refusal.message.split(/[.?!](?:\s|$)/u).filter((part) => part !== "").length).toBeGreaterThan(1);
  expect(answer.headers["x-request-id"]).toMatch(/^[\da-f-]{36}$/u);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|select |sk-stored-key/u);
  expect(await readStoredState(server.databaseUrl)).toStrictEqual(before);
}

/** What the three surfaces' answers have in common. */
function readRefusal({ status, text }: RawAnswer) {
  const body = JSON.parse(text) as {
    error?: {
      message: string;
      code?: string | number;
      data?: { errorCode: string; remedy: string; requestId: string };
    };
    detail?: string;
    code?: string;
  }; // each field is looked at below
  const { error } = body;
  const code = error?.data?.errorCode ?? error?.code ?? body.code;
  const remedy = error?.data?.remedy ?? "";
  return { status, code, message: `${error?.message ?? body.detail ?? ""} ${remedy}`.trim() };
}
