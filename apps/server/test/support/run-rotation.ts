import { rotateKeys } from "../../src/cli/commands/rotate-keys.ts";
import { parseEnv, readEnvironment } from "../../src/env.ts";

/** A process that rotates keys and kills itself so many milliseconds after so many batches. */
const { KILL_AFTER_BATCHES, KILL_AFTER_MS, ...source } = readEnvironment();
const parsed = parseEnv(source);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
let left = Number(KILL_AFTER_BATCHES);
const killSoon = () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(KILL_AFTER_MS));
};
await rotateKeys(parsed.env, {
  onProgress() {
    left -= 1;
    if (left === 0) killSoon();
  },
});
