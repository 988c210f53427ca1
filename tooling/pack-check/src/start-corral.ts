import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { createCorralClient } from "@corral/client";
import { createTestDatabase } from "@corral/db/testing";
import { repositoryRoot } from "./published-packages.ts";

/** A server as people run it, with a key to it. */
export interface RunningCorral extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
}

const main = join(repositoryRoot, "apps/server/src/main.ts");
/** Writes what a server answers and `/openapi.json` does not describe to its stderr. */
const answerWatch = pathToFileURL(join(repositoryRoot, "apps/server/test/support/preload-answer-watch.ts"));

const email = "ada@example.com";
const password = "correct horse battery staple";

export async function startCorral(upstream: {
  readonly openai: string;
  readonly key: string;
}): Promise<RunningCorral> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), "corral-data-"));
  starting.defer(() => rm(dataDir, { recursive: true, force: true }));
  const child = spawn(process.execPath, [`--import=${answerWatch.href}`, main], {
    env: {
      CORRAL_PORT: "0",
      CORRAL_DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      CORRAL_ADMIN_EMAIL: email,
      CORRAL_ADMIN_PASSWORD: password,
      OPENAI_API_BASE_URLS: upstream.openai,
      OPENAI_API_KEYS: upstream.key,
      CORRAL_DEFAULT_VISIBILITY: "public",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const complaints: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
  starting.defer(async () => {
    const closed = once(child, "close");
    if (child.exitCode === null && child.kill()) await closed;
    if (complaints.length > 0) throw new Error(complaints.join(""));
  });
  const url = await readAddress(child.stdout);
  const { token } = await createCorralClient({ url }).auth.signIn.mutate({ email, password });
  const administrator = createCorralClient({ url, session: token });
  const { connections } = await administrator.connections.list.query();
  for (const { uid } of connections) await administrator.connections.refresh.mutate({ uid });
  const { key } = await administrator.keys.replaceDefault.mutate();
  const resources = starting.move();
  return { url, apiKey: key, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Reads on afterwards: a server whose log nobody takes would stop at it. */
function readAddress(output: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  output.on("data", (chunk: Buffer) => {
    text = `${text}${chunk.toString()}`.slice(-10_000);
    const url = /is ready at (\S+)\n/u.exec(text)?.[1];
    if (url !== undefined) resolve(url);
  });
  output.once("end", () => reject(new Error(`Corral did not start:\n${text}`)));
  return promise;
}
