import { createConfig, lintFromString } from "@redocly/openapi-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRestMounts } from "../../src/http/rest/rest-mounts.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let text: string;
beforeAll(async () => {
  server = await startTestServer();
  text = await (await fetch(`${server.url}/openapi.json`)).text();
});
afterAll(async () => server[Symbol.asyncDispose]());

test("the description passes the linter, its examples included", async () => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: {
      // Open WebUI's clients ask for the list of groups with one
      "no-path-trailing-slash": "off",
      // weights are neither taken nor given out: 501 is all there is
      "operation-2xx-response": "off",
    },
  });

  const problems = await lintFromString({ source: text, config });

  expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toStrictEqual([]);
});

test("every route is in it once, with what it answers when all is well and when not", () => {
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }; // our own
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const declared = createRestMounts().flatMap(({ routes }) => routes);

  expect(operations.length).toBe(declared.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  expect(operations.flatMap(findGaps)).toStrictEqual([]);
});

function findGaps({ operationId, responses, security, requestBody }: Operation): readonly string[] {
  const isOffered = !operationId.startsWith("ollama.weights.");
  const statuses = [
    ...(isOffered ? ["200"] : []),
    "400",
    "500",
    "503",
    ...(security.length > 0 ? ["401", "403"] : []),
  ];
  const answer = responses["200"]?.content["application/json"];
  const form = requestBody?.content["application/json"];
  return [
    ...statuses.filter((status) => responses[status] === undefined),
    ...(answer !== undefined && !("example" in answer) ? ["an example of the answer"] : []),
    ...(form !== undefined && !("example" in form) ? ["an example of the body"] : []),
  ].map((gap) => `${operationId} lacks ${gap}`);
}

test("is made of the address that people see, and open to everybody", () => {
  expect(JSON.parse(text)).toMatchObject({ openapi: "3.1.1", servers: [{ url: server.url }] });
});

type Content = { readonly content: Readonly<Record<string, object | undefined>> };
type Operation = {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | undefined>>;
};
