import { createHash } from "node:crypto";
import { createTestDatabase } from "@corral/db/testing";
import { pino } from "pino";
import { parseEnv, type EnvSource } from "../../src/env.ts";
import { runServer } from "../../src/run-server.ts";
import { assertNoBugs } from "./assert-no-bugs.ts";
import { watchAnswers } from "./watch-answers.ts";

/** A server of one test file's own, on a database and a port of its own. */
export type TestServer = AsyncDisposable & {
  readonly url: string;
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly setupCode: string;
  /** What it logged, as JSON lines. */
  readonly logged: () => string;
};

/** The root key of test servers. */
export const secretKey = createHash("sha256").update("test servers").digest("base64");

/** @param dashboard Folder of a built dashboard to serve. */
export async function startTestServer(source: EnvSource = {}, dashboard?: string): Promise<TestServer> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const lines: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  const parsed = parseEnv({
    CORRAL_PORT: "0",
    CORRAL_SECRET_KEY: secretKey,
    CORRAL_DRAIN_MS: "500",
    CORRAL_SIGNIN_FAILURES_PER_MINUTE: "1000",
    DATABASE_URL: database.url,
    ...source,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  using answers = watchAnswers();
  starting.defer(() => answers.assertDescribed());
  starting.defer(() => assertNoBugs(lines.join("")));
  const server = starting.use(
    await runServer(parsed.env, {
      logger,
      version: "0.0.0-test",
      ...(dashboard !== undefined && { dashboard }),
    }),
  );
  const resources = starting.move();
  return {
    url: server.url,
    databaseUrl: database.url,
    secretKey,
    setupCode: server.setupUrl?.split("#code=")[1] ?? "",
    logged: () => lines.join(""),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
