import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { expect, test } from "vitest";
import { dashboardRoutes } from "../src/http/dashboard-routes.ts";
import { toOpenAIError } from "../src/http/openai/error-body.ts";

async function serveFiles() {
  await using starting = new AsyncDisposableStack();
  const dist = await mkdtemp(join(tmpdir(), "corral-dist-"));
  starting.defer(() => rm(dist, { recursive: true }));
  await mkdir(join(dist, "assets"));
  await writeFile(join(dist, "index.html"), "<!doctype html><title>Corral</title>");
  await writeFile(join(dist, "assets/main-abc.js"), "plain");
  await writeFile(join(dist, "assets/main-abc.js.br"), "small");
  const app = fastify();
  starting.defer(() => app.close());
  app.setErrorHandler((error, _, reply) => {
    const { status, body } = toOpenAIError(error);
    return reply.status(status).send(body);
  });
  await app.register(dashboardRoutes(`${dist}/`));
  const resources = starting.move();
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
  return { get, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

test("a person who opens any page gets the dashboard, a program gets JSON", async () => {
  await using files = await serveFiles();
  const page = { accept: "text/html" };

  const answers = await Promise.all([
    files.get("/", page),
    files.get("/catalog/hf.co/user/repo:Q4", page),
    files.get("/catalog"),
    files.get("/models/list", page),
    files.get("/v1/unknown", page),
    files.get("/docs", page),
    files.get("/metrics", page),
  ]);

  expect(answers.map((answer) => answer.statusCode)).toStrictEqual([200, 200, 404, 404, 404, 404, 404]);
  expect(answers.filter((answer) => answer.body.includes("<title>Corral"))).toHaveLength(2);
  expect(answers[3]?.body).toContain("Nothing answers GET /models/list.");
});

test("hashed files are kept for ever, the page never, and Brotli goes to whoever takes it", async () => {
  await using files = await serveFiles();

  const page = await files.get("/", { accept: "text/html" });
  const script = await files.get("/assets/main-abc.js");
  const small = await files.get("/assets/main-abc.js", { "accept-encoding": "gzip, br" });

  expect(page.headers["cache-control"]).toBe("no-cache");
  expect(script.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect([script.body, small.body]).toStrictEqual(["plain", "small"]);
  expect(small.headers["content-encoding"]).toBe("br");
});
