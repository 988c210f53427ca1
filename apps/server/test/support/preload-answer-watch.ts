import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * For `--import`: holds what a server in a process of its own answers against `/openapi.json`, and writes what that does not
 * say where the server logs, for `assertNoBugs`. The query of its URL names the folder that the processes of a run share.
 */
if (isMainThread) {
  const { holdAnswers } = await import("./hold-answers.ts");
  const folder = new URL(import.meta.url).searchParams.get("folder") ?? undefined;
  holdAnswers(folder, (problem) => {
    writeSync(2, `${JSON.stringify({ level: 60, msg: `/openapi.json does not describe it: ${problem}` })}\n`);
  });
}
