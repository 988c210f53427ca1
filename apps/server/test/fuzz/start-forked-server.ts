import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@corral/db/testing";
import type { EnvSource } from "../../src/env.ts";
import { assertNoBugs } from "../support/assert-no-bugs.ts";
import { secretKey, type TestServer } from "../support/start-test-server.ts";
import type { Stall, Told } from "./server-process.ts";

/** A test server in a process of its own: what its event loop costs is not mixed with what sending costs. */
export type ForkedServer = TestServer & {
  readonly stalls: Stall[];
  /** Processor time of its main thread so far, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
};

export async function startForkedServer(source: EnvSource = {}, dashboard = ""): Promise<ForkedServer> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const child = fork(fileURLToPath(new URL("server-process.ts", import.meta.url)), [dashboard], {
    execArgv: ["--disable-proto=delete", "--max-semi-space-size=16", "--heap-growing-percent=60"],
    // nothing of the test run's own environment
    env: {
      PATH: "/usr/bin:/bin",
      UV_THREADPOOL_SIZE: "8",
      CORRAL_PORT: "0",
      CORRAL_SECRET_KEY: secretKey,
      CORRAL_DRAIN_MS: "200",
      CORRAL_SIGNIN_FAILURES_PER_MINUTE: "100000",
      // so that each request can come from another network
      CORRAL_TRUST_PROXY: "127.0.0.1",
      DATABASE_URL: database.url,
      ...source,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines: string[] = [];
  const stalls: Stall[] = [];
  const asked: ((cpuMs: number) => void)[] = [];
  const ready = Promise.withResolvers<Extract<Told, { kind: "ready" }>>();
  child.stdout?.on("data", (chunk: Buffer) => void lines.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => void lines.push(chunk.toString()));
  child.on("message", (message) => {
    const told = message as Told; // safe: the file that was forked says nothing else
    if (told.kind === "ready") ready.resolve(told);
    else if (told.kind === "stall") stalls.push(told.stall);
    else asked.shift()?.(told.cpuMs);
  });
  const exited = once(child, "exit");
  void exited.then(() => ready.reject(new Error(`The server ended:\n${lines.join("")}`)));
  starting.defer(async () => {
    const killing = setTimeout(() => child.kill("SIGKILL"), 10_000);
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(killing);
    assertNoBugs(lines.join(""));
  });
  const { url, setupUrl } = await ready.promise;
  const resources = starting.move();
  return {
    url,
    databaseUrl: database.url,
    secretKey,
    setupCode: setupUrl?.split("#code=")[1] ?? "",
    logged: () => lines.join(""),
    stalls,
    cpuMs() {
      const { promise, resolve } = Promise.withResolvers<number>();
      asked.push(resolve);
      child.send("cpu");
      return promise;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
