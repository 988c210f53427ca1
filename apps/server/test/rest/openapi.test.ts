import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Client } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRestMounts } from "../../src/http/rest/rest-mounts.ts";
import { toDocumentedPath } from "../../src/http/rest/to-openapi.ts";
import { noteRoutes, type Routes } from "../matrix/doors.ts";
import type { DescribedOperation, DescribedResponse, Description } from "../support/description.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let routes: Routes;
let server: TestServer;
let text: string;
let description: Description;
let operations: readonly DescribedOperation[];
beforeAll(async () => {
  routes = noteRoutes();
  server = await startTestServer();
  text = await (await fetch(`${server.url}/openapi.json`)).text();
  description = JSON.parse(text) as Description; // our own
  operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));
});
afterAll(async () => {
  routes[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

test("the description passes the linter, its examples included", async () => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: {
      // Open WebUI's clients ask for the list of groups with one
      "no-path-trailing-slash": "off",
      // weights are neither taken nor given out: 501 is all there is
      "operation-2xx-response": "off",
      // a probe is asked without anything that could be wrong
      "operation-4xx-response": "off",
      // what is said of single events is said under a name of our own, which the linter does not follow
      "no-unused-components": "off",
    },
  });

  const problems = await lintFromString({ source: text, config });

  expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toStrictEqual([]);
});

/** What is not in it, and why. */
const leftOut: readonly (readonly [RegExp, reason: string])[] = [
  [/^\w+ \/trpc\//u, "typed by @corral/client; its procedures have no shapes of their own"],
  [/^\w+ \/scim\/v2\//u, "a standard, RFC 7644, and describes itself at /scim/v2/Schemas"],
  [/^GET \/auth\/sso\//u, "browsers are sent there and back"],
  [/^GET \/docs(?:\/|$)/u, "the page that shows it"],
  [/^GET \/(?:index\.html(?:\.br)?|theme\.js|favicon\.svg|assets\/.*)?$/u, "the dashboard's files"],
];

test("every route that the server has is in it, or left out for a reason", () => {
  const missing = [...routes.found].filter((route) => {
    const [method = "", path = ""] = route.split(" ");
    const isDescribed = description.paths[toDocumentedPath(path)]?.[method.toLowerCase()] !== undefined;
    return !isDescribed && !leftOut.some(([pattern]) => pattern.test(route));
  });

  expect(missing).toStrictEqual([]);
  expect(routes.found.size).toBeGreaterThan(100);
});

test("every route is in it once, with what it answers when all is well and when not", () => {
  const declared = createRestMounts().flatMap(({ routes: own }) => own);

  expect(operations.length).toBe(declared.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  expect(operations.flatMap(findGaps)).toStrictEqual([]);
});

function findGaps({ operationId, responses, security, requestBody }: DescribedOperation): readonly string[] {
  const isProbe = operationId.startsWith("health.");
  const statuses = [
    ...(operationId.startsWith("ollama.weights.") ? [] : ["200"]),
    ...(isProbe ? ["421", "500"] : ["400", "500", "503"]),
    ...(security.length > 0 ? ["401", "403"] : []),
  ];
  const media = [requestBody, ...Object.values(responses).map(resolve)].flatMap((part) =>
    Object.entries(part?.content ?? {}),
  );
  return [
    ...statuses.filter((status) => responses[status] === undefined),
    ...media.flatMap(([type, { example }]) =>
      example === undefined && type !== "image/*" ? [`an example of ${type}`] : [],
    ),
  ].map((gap) => `${operationId} lacks ${gap}`);
}

function resolve(response: DescribedOperation["responses"][string]): DescribedResponse | undefined {
  return "$ref" in response
    ? description.components.responses[response.$ref.split("/").at(-1) ?? ""]
    : response;
}

test("says how errors look to each kind of client, and what their headers are", () => {
  const errorsOf = (path: string, method: string) => {
    const response = description.paths[path]?.[method]?.responses["400"];
    const { content, headers } = (response && resolve(response)) ?? {};
    return [content?.["application/json"]?.schema, Object.keys(headers ?? {})];
  };

  expect(errorsOf("/models/create", "post")).toStrictEqual([
    { $ref: "#/components/schemas/Error" },
    ["x-request-id", "x-corral-revision", "retry-after"],
  ]);
  expect(errorsOf("/v1/embeddings", "post")).toMatchObject([
    { $ref: "#/components/schemas/OpenAIError" },
    expect.arrayContaining(["x-request-id", "deprecation", "sunset", "retry-after", "x-should-retry"]),
  ]);
  expect(errorsOf("/ollama/api/embed", "post")).toMatchObject([
    { $ref: "#/components/schemas/OllamaError" },
    expect.arrayContaining(["x-should-retry"]),
  ]);
});

test("says what comes one after the other where an answer is a stream", () => {
  const streamed = operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses["200"] && "content" in responses["200"] ? (responses["200"].content ?? {}) : {})
      .filter(([type]) => type === "text/event-stream" || type === "application/x-ndjson")
      .map(([, { "x-item-schema": items }]) => [operationId, items !== undefined] as const),
  );

  expect(streamed.filter(([, isSaid]) => !isSaid)).toStrictEqual([]);
  expect(streamed.map(([name]) => name)).toEqual(
    expect.arrayContaining(["v1.chatCompletions", "v1.completions", "ollama.chat", "ollama.manage.pullAt"]),
  );
});

test("no operation answers for a host that is not ours", async () => {
  const client = new Client(server.url);
  const asked = Object.entries(description.paths).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() as "GET" })), // safe: one of OpenAPI's
  );

  const statuses = new Set<number>();
  for (const { method, path } of asked) {
    const { statusCode, body } = await client.request({ method, path, headers: { host: "rebound.example" } });
    await body.dump();
    statuses.add(statusCode);
  }
  await client.close();

  expect([...statuses]).toStrictEqual([421]);
});

test("is made of the address that people see, and open to everybody", () => {
  expect(JSON.parse(text)).toMatchObject({ openapi: "3.1.1", servers: [{ url: server.url }] });
});
