import { compare, cpuRatio, overRounds, type Contestant, type Sample } from "../compare.ts";
import type { Lab } from "../lab/lab.ts";
import { listCall } from "../lab/list-calls.ts";
import { listQuery, openListOracle } from "../lab/list-queries.ts";
import type { CorralServer } from "../lab/start-corral.ts";
import { describeSamples, type Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const callsARound = 400;
const goal = 1.05;
const deadKinds = ["none", "refused", "refused, hanging", "refused, hanging, garbage"];

/** Bar 8: `models.list` with dead providers against the same list with none. Four servers, in turns. */
export const listWithDeadProviders: Bar = async function* (lab, { rounds, profileDir }) {
  await using servers = new AsyncDisposableStack();
  const start = async (dead: number): Promise<CorralServer> =>
    servers.use(await lab.startCorral({ name: `corral with ${dead} dead`, dead }));
  const contestants = {
    none: await toContestant(lab, await start(0)),
    one: await toContestant(lab, await start(1)),
    two: await toContestant(lab, await start(2)),
    three: await toContestant(lab, await start(3)),
  };
  const samples = await compare(contestants, { rounds, clients: 1, warmUps: 3, profileDir });
  for (const [at, dead] of [samples.one, samples.two, samples.three].entries()) {
    yield* judge(`models.list, ${at + 1} dead (${deadKinds[at + 1]})`, { dead, none: samples.none });
  }
};

function* judge(what: string, samples: Record<"dead" | "none", readonly Sample[]>): Iterable<Verdict> {
  const { dead, none } = samples;
  const time = overRounds(dead, none, (one, other) => one.p50Ms / other.p50Ms);
  yield { bar: 8, what, value: time, unit: "× p50", goal, details: describeSamples(samples) };
  yield { bar: 8, what, value: overRounds(dead, none, cpuRatio), unit: "× CPU", goal, details: "" };
}

/** Each round asks what the rounds before did not: nothing is prepared, so that a page would wait if it could. */
async function toContestant(lab: Lab, corral: CorralServer): Promise<Contestant> {
  const oracle = await openListOracle(corral.databaseUrl, lab.members);
  return {
    process: corral,
    calls: (round) =>
      Array.from({ length: callsARound }, (_, at) => {
        const number = round * callsARound + at;
        const person = lab.members[number % lab.members.length] ?? lab.administrator;
        const query = listQuery(Math.floor(number / lab.members.length));
        return listCall(person, query, oracle(person, query));
      }),
  };
}
