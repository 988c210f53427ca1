import { connect } from "node:net";
import { expect, test } from "vitest";
import { startSimulatedOllama } from "../ollama/simulated-ollama.ts";
import { callRaw } from "../testing/call-raw.ts";

test("keeps what arrived, parsed where it is JSON, with the target as sent", async () => {
  await using server = await startSimulatedOllama();

  await callRaw(`${server.url}/api/show?x=1`, { body: { model: "a" }, headers: { "x-probe": "1" } });
  await callRaw(`${server.url}/api/show`, { body: "not json" });
  await callRaw(`${server.url}/api/version`);

  const [first, second, third] = server.journal.entries();
  expect(first).toMatchObject({
    method: "POST",
    path: "/api/show",
    url: "/api/show?x=1",
    body: { model: "a" },
  });
  expect(first?.headers["x-probe"]).toBe("1");
  expect(second?.body).toBe("not json");
  expect(third?.body).toBeUndefined();
  expect(third?.finishedAt).toBeGreaterThanOrEqual(third?.at ?? Infinity);
  expect(server.journal.of("/api/show")).toHaveLength(2);
});

test("keeps dot segments, which a URL parser would swallow", async () => {
  await using server = await startSimulatedOllama();
  const arrival = server.journal.next();

  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.write("GET /v1/../admin/%2e%2e HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
  const entry = await arrival;
  socket.destroy();

  expect(entry.path).toBe("/v1/../admin/%2e%2e");
});

test("tells of the next request that fits, and when an exchange is over", async () => {
  await using server = await startSimulatedOllama({ pace: { firstTokenMs: 30 } });
  const arrival = server.journal.next(({ path }) => path === "/api/chat");
  const messages = [{ role: "user", content: "x" }];

  await callRaw(`${server.url}/api/version`);
  const call = callRaw(`${server.url}/api/chat`, { body: { model: "llama3.2", messages } });
  const entry = await arrival;

  expect(entry.finishedAt).toBeUndefined();
  expect(await server.journal.whenClosed(entry)).toBe(entry);
  expect(entry.bytesSent).toBe(Buffer.byteLength((await call).text));
});

test("gives up waiting in time", async () => {
  await using server = await startSimulatedOllama();

  await expect(server.journal.next(undefined, { timeoutMs: 10 })).rejects.toThrow("within 10 ms");
});

test("keeps only the newest entries and can be emptied", async () => {
  await using server = await startSimulatedOllama({ journalLimit: 2 });

  for (const path of ["/a", "/b", "/c"]) await callRaw(server.url + path);
  const paths = server.journal.entries().map(({ path }) => path);
  server.journal.clear();

  expect(paths).toEqual(["/b", "/c"]);
  expect(server.journal.entries()).toEqual([]);
});

test("stops at once, also with open streams, and frees its port", async () => {
  const server = await startSimulatedOllama({ pace: { tokenMs: 1000 } });
  const arrival = server.journal.next();
  const messages = [{ role: "user", content: "x" }];
  const call = callRaw(`${server.url}/api/chat`, { body: { model: "llama3.2", messages } });
  await arrival;

  await server.stop();

  expect((await call).isComplete).toBe(false);
  expect((await callRaw(server.url)).error).toBe("ECONNREFUSED");
});

test("stops although a reply never comes", async () => {
  const server = await startSimulatedOllama({ reply: () => new Promise(() => undefined) });
  const arrival = server.journal.next();
  const call = callRaw(`${server.url}/api/generate`, { body: { model: "llama3.2", prompt: "x" } });
  await arrival;

  await server.stop();

  expect((await call).error).toBe("ECONNRESET");
});

test("a reply function that throws is not taken for a provider's failure", async () => {
  await using server = await startSimulatedOllama({
    reply: () => {
      throw new Error("a slip in the test");
    },
  });

  const answer = await callRaw(`${server.url}/api/generate`, { body: { model: "llama3.2", prompt: "x" } });

  expect(answer.status).toBe(599);
  expect(answer.text).toContain("a slip in the test");
});
