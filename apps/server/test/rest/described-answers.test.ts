import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { assertNoBugs } from "../support/assert-no-bugs.ts";
import { findUnseen } from "../support/collect-answers.ts";
import { DescribedAnswers, type SentAnswer } from "../support/described-answers.ts";
import { answerWatchFlag, watchAnswers } from "../support/watch-answers.ts";

const answers = new DescribedAnswers(undefined);
const headers = { "x-request-id": "1", "content-type": "application/json; charset=utf-8" };

function findProblems(method: string, url: string, answer: Partial<SentAnswer>): readonly string[] {
  const operation = answers.find(method, url);
  if (operation === undefined) throw new Error(`There is no ${method} ${url}.`);
  return answers.findProblems(operation, { status: 200, headers, body: '{"version":"1"}', ...answer });
}

describe("an answer is told from one that the description does not have", () => {
  const chunk = {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: {} }],
  };
  const events = (...data: readonly string[]) => data.map((text) => `data: ${text}\n\n`).join("");
  const streamed = { ...headers, "content-type": "text/event-stream; charset=utf-8" };
  const lines = { ...headers, "content-type": "application/x-ndjson" };
  const error = {
    detail: "No.",
    code: "model_not_found",
    error: { message: "No.", code: "model_not_found" },
  };

  test.each<[about: string, method: string, url: string, answer: Partial<SentAnswer>]>([
    ["as it should be", "GET", "/api/version", {}],
    ["asked by HEAD", "HEAD", "/api/version", { body: "" }],
    ["an error", "GET", "/models/model", { status: 404, body: JSON.stringify(error) }],
    [
      "events",
      "POST",
      "/v1/chat/completions",
      { headers: streamed, body: `: keep-alive\n\n${events(JSON.stringify(chunk), "[DONE]")}data: {"id` },
    ],
    [
      "a picture",
      "GET",
      "/models/model/profile/image",
      { headers: { ...headers, "content-type": "image/png" } },
    ],
  ])("%s", (_, ...[method, url, answer]) => {
    expect(findProblems(method, url, answer)).toStrictEqual([]);
  });

  test.each<[about: string, method: string, url: string, answer: Partial<SentAnswer>, problem: string]>([
    ["a status", "GET", "/api/version", { status: 418 }, "the status is not described"],
    [
      "a content type",
      "GET",
      "/api/version",
      { headers: { ...headers, "content-type": "text/html" } },
      "the content type text/html is not described",
    ],
    ["a type", "GET", "/api/version", { body: '{"version":1}' }, "/version must be string"],
    [
      "a field too many",
      "GET",
      "/api/version",
      { body: '{"version":"1","secret":1}' },
      " must NOT have additional properties: secret",
    ],
    [
      "an error in another dialect",
      "POST",
      "/v1/embeddings",
      { status: 404, body: JSON.stringify(error) },
      " must NOT have additional properties: code",
    ],
    [
      "an event",
      "POST",
      "/v1/chat/completions",
      { headers: streamed, body: events(JSON.stringify({ ...chunk, choices: undefined })) },
      " must have required property 'choices'",
    ],
    [
      "a line",
      "POST",
      "/ollama/api/pull",
      { headers: lines, body: '{"status":"success"}\n{"state":1}\n' },
      " must have required property 'status'",
    ],
    [
      "a header",
      "GET",
      "/api/version",
      { headers: { ...headers, sunset: "now" } },
      "the header sunset is not described",
    ],
    [
      "a header too few",
      "GET",
      "/api/version",
      { headers: { "content-type": headers["content-type"] } },
      "the header x-request-id is missing",
    ],
  ])("%s", (_, ...[method, url, answer, problem]) => {
    expect(findProblems(method, url, answer)).toContain(problem);
  });
});

test("a test file whose server answered what is not described fails when it stops the server", async () => {
  using watch = watchAnswers();
  await using app = fastify();
  app.get("/api/version", () => ({ version: 1 }));

  await app.inject("/api/version");

  expect(() => watch.assertDescribed()).toThrow("GET /api/version answered 200: /version must be string");
});

test("a server in a process of its own that answered what is not described fails the test that stops it", async () => {
  const server = `
    import fastify from "fastify";
    const app = fastify();
    app.get("/api/version", () => ({ version: 1 }));
    await app.inject("/api/version");
  `;

  const { stderr } = await promisify(execFile)(
    process.execPath,
    [answerWatchFlag(), "--input-type=module", "--eval", server],
    { cwd: join(import.meta.dirname, "../..") },
  );

  expect(() => assertNoBugs(stderr)).toThrow("/openapi.json does not describe it: GET /api/version answered");
});

test("an operation that no test has seen to succeed, or to fail, is named", () => {
  const described = { 200: {}, 404: {} };
  const paths = {
    "/one": { get: { operationId: "one", security: [], responses: described } },
    "/two": { get: { operationId: "two", security: [], responses: { 501: {} } } },
  };
  const components = { schemas: {}, responses: {} };

  expect(findUnseen({ paths, components }, new Set(["one success"]))).toStrictEqual([
    "one error",
    "two error",
  ]);
});
