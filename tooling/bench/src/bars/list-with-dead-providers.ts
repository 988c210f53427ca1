import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { compare, cpuRatio, overRounds, type Sample } from "../compare.ts";
import { listCall } from "../lab/list-calls.ts";
import { listQuery, openListOracle } from "../lab/list-queries.ts";
import { waitForProviders } from "../lab/start-corral.ts";
import type { Call } from "../run-calls.ts";
import { describeSamples, type Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const callsARound = 3_000;
const goal = 1.05;
/** Longer than the slowest lamp takes to change, so that the server has rested alike before each round. */
const restMs = 7_000;

/** Bar 8: `models.list` with dead providers against the same list of the same server with none. */
export const listWithDeadProviders: Bar = async function* (lab, { rounds, profileDir }) {
  await using corral = await lab.startCorral();
  const oracle = await openListOracle(corral.databaseUrl, lab.members);
  const { length: count } = await lab.upstreams.ask("urls", z.array(z.string()));
  const calls = Array.from({ length: callsARound }, (_, at): Call => {
    const person = lab.members[at % lab.members.length] ?? lab.administrator;
    const query = listQuery(at);
    return listCall(person, query, oracle(person, query));
  });
  // A changed lamp makes every prepared page worthless, so that each round works its pages out: one would wait if it could.
  const withDead = (dead: number) => ({
    process: corral,
    calls: () => calls,
    async prepare() {
      const rested = pause(restMs);
      await lab.upstreams.ask("setDead", z.unknown(), dead);
      await waitForProviders(corral, { as: lab.administrator, dead, count });
      await rested;
    },
  });
  const contestants = { none: withDead(0), one: withDead(1), two: withDead(2), three: withDead(3) };
  const { none, one, two, three } = await compare(contestants, {
    rounds,
    clients: 1,
    warmUps: 2,
    profileDir,
  });
  await lab.upstreams.ask("setDead", z.unknown(), 0);
  yield* judge("models.list, a provider refuses", { dead: one, none });
  yield* judge("models.list, another one hangs", { dead: two, none });
  yield* judge("models.list, a third one sends HTML", { dead: three, none });
};

function* judge(what: string, samples: Record<"dead" | "none", readonly Sample[]>): Iterable<Verdict> {
  const { dead, none } = samples;
  const time = overRounds(dead, none, (one, other) => one.p50Ms / other.p50Ms);
  yield { bar: 8, what, value: time, unit: "× p50", goal, details: describeSamples(samples) };
  yield { bar: 8, what, value: overRounds(dead, none, cpuRatio), unit: "× CPU", goal, details: "" };
}
