import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/*
 * `pnpm soak [inputs a door] [minutes]`: the fuzzing of every door over and over, each time with another seed, until the
 * time is up or something is found. What is found says with which seed it comes again.
 */
const [count = "3000", minutes = "30"] = process.argv.slice(2);
if (![count, minutes].every((text) => Number(text) > 0)) {
  process.stderr.write("Usage: pnpm soak [inputs a door, 3000] [minutes, 30]\n");
  process.exit(2);
}
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const end = performance.now() + Number(minutes) * 60_000;
for (let round = 1; performance.now() < end; round += 1) {
  const seed = randomInt(2 ** 31);
  process.stdout.write(`Round ${round}: CORRAL_FUZZ_SEED=${seed} CORRAL_FUZZ_COUNT=${count}\n`);
  const run = spawn("vitest", ["run", "--project", "apps/server", "test/fuzz/"], {
    cwd: root,
    env: { ...process.env, CORRAL_FUZZ_SEED: String(seed), CORRAL_FUZZ_COUNT: count },
    stdio: "inherit",
  });
  const [code] = await once(run, "exit");
  if (code !== 0) {
    process.exitCode = 1;
    break;
  }
}
