import type { Fault } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { DescribedAnswers } from "../support/described-answers.ts";
import { fuzzDeadDoor, fuzzDoor, sendRegression } from "./fuzz-door.ts";
import { startFuzzWorld, type FuzzWorld } from "./fuzz-world.ts";
import { listFuzzedDoors } from "./fuzzed-doors.ts";
import { readSettings } from "./fuzz-settings.ts";
import { regressions } from "./regressions.ts";
import { openWire, type Wire } from "./send-all.ts";

/** In full: a finding is to be read, and sent again. */
function expectNone(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join("\n\n"));
}

const { seed, count } = readSettings();
const doors = await listFuzzedDoors();

/** Doors behind which a provider is asked. */
const callsProviders =
  /^(?:chat|ollama)\.|^connections\.(?:verify|refresh)$|^models\.refresh$|completions$|embeddings$|\/ollama\/api|models\/unload$/u;

let fuzz: FuzzWorld;
let wire: Wire;
let described: DescribedAnswers;
beforeAll(async () => {
  fuzz = await startFuzzWorld(doors);
  wire = openWire(fuzz.server.url);
  described = new DescribedAnswers(inject("answersFolder"));
}, 180_000);
afterAll(async () => {
  await wire?.[Symbol.asyncDispose]();
  await fuzz?.[Symbol.asyncDispose]();
});

test.each(regressions.map((one) => [one.what, one] as const))("as found once: %s", async (_, regression) => {
  const door = doors.find(({ name }) => name === regression.door);
  if (door === undefined) throw new Error(`There is no ${regression.door} any more.`);

  const problems = await sendRegression(regression, door, { fuzz, wire, described });

  expectNone(problems);
});

describe(`with CORRAL_FUZZ_SEED=${seed} and CORRAL_FUZZ_COUNT=${count}`, () => {
  test.each(doors.map((door) => [door.name, door] as const))(
    "answers whatever is sent to %s, and refuses without a trace",
    { timeout: 60_000 + 200 * count },
    async (_, door) => {
      const problems = await fuzzDoor(door, { fuzz, wire, described, seed, count });

      expectNone(problems);
    },
  );

  describe("when all providers are dead", () => {
    const deaths: readonly Fault[] = [
      { kind: "refuse" },
      { kind: "reset-before-headers" },
      { kind: "html-200" },
      { kind: "half-json" },
      { kind: "status", code: 500 },
    ];
    const callers = doors.filter(({ name }) => callsProviders.test(name));
    afterAll(() => fuzz.breakProviders());

    test.each(deaths.map((death) => [JSON.stringify(death), death] as const))(
      "%s: what calls them fails as documented",
      { timeout: 60_000 + 200 * count },
      async (_, death) => {
        await fuzz.breakProviders(death);
        const problems: string[] = [];
        for (const door of callers)
          problems.push(
            ...(await fuzzDeadDoor(door, { fuzz, wire, described, seed, count: Math.ceil(count / 10) })),
          );

        expectNone(problems);
      },
    );
  });
});
