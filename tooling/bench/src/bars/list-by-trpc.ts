import { connect } from "@corral/db/testing";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { compare, cpuRatio, overRounds, type Contestant } from "../compare.ts";
import type { Lab } from "../lab/lab.ts";
import { constantCall, listCall, readPage } from "../lab/list-calls.ts";
import { listQuery, openListOracle, rowsAPage } from "../lab/list-queries.ts";
import { toQueryPath, type CorralServer } from "../lab/start-corral.ts";
import { sendOnce, WrongAnswer, type Call } from "../run-calls.ts";
import { describeSamples } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const callsARound = 1_000;

/** Bar 5: `models.list` against a procedure that returns the same rows from a constant. */
export const listByTrpc: Bar = async function* (lab, { rounds, profileDir }) {
  await using corral = await lab.startCorral();
  await using floor = await lab.startFloor("floor-trpc");
  const warmCall = await prepareWarmCall(lab, corral);
  const page = readPage(await sendOnce(corral.url, warmCall));
  await floor.ask("setPage", z.unknown(), page);
  const floorCall = constantCall(warmCall, await sendOnce(floor.url, warmCall));
  if (JSON.stringify(readPage(await sendOnce(floor.url, warmCall))) !== JSON.stringify(page))
    throw new WrongAnswer("The floor does not return the same page.");
  const floorContestant = { process: floor, calls: () => repeat(floorCall) };
  const options = { rounds, clients: 8, warmUps: 3, profileDir };

  const warm = await compare(
    { ours: { process: corral, calls: () => repeat(warmCall) }, floor: floorContestant },
    options,
  );
  yield {
    bar: 5,
    what: "models.list, the same query again",
    value: overRounds(warm.ours, warm.floor, cpuRatio),
    unit: "× CPU",
    goal: 1.25,
    details: describeSamples(warm),
  };
  const cold = await compare({ ours: await coldContestant(lab, corral), floor: floorContestant }, options);
  yield {
    bar: 5,
    what: "models.list, 1,000 new queries of 200 principals",
    value: overRounds(cold.ours, cold.floor, cpuRatio),
    unit: "× CPU",
    goal: 4,
    details: describeSamples(cold),
  };
};

async function prepareWarmCall(lab: Lab, corral: CorralServer): Promise<Call> {
  const [person = lab.administrator] = lab.members;
  const query = listQuery(0);
  const path = toQueryPath("models.list", query);
  const answer = await sendOnce(corral.url, { method: "GET", path, headers: person.headers });
  const expected = (await openListOracle(corral.databaseUrl, [person]))(person, query);
  if (expected.ids.length !== rowsAPage)
    throw new WrongAnswer(`The warm page has ${expected.ids.length} rows.`);
  listCall(person, query, expected).check(answer);
  return constantCall({ method: "GET", path, headers: person.headers }, answer);
}

/** Queries that nobody has asked since the catalog changed, of many principals in turn: no two are the same. */
async function coldContestant(lab: Lab, corral: CorralServer): Promise<Contestant> {
  const oracle = await openListOracle(corral.databaseUrl, lab.members);
  const calls = Array.from({ length: callsARound }, (_, at) => {
    const person = lab.members[at % lab.members.length] ?? lab.administrator;
    const query = listQuery(at);
    return listCall(person, query, oracle(person, query));
  });
  return { process: corral, calls: () => calls, prepare: () => changeCatalog(lab, corral) };
}

/** Any change makes every prepared page worthless. */
async function changeCatalog(lab: Lab, corral: CorralServer): Promise<void> {
  const schema = z.object({ revision: z.string() });
  const input = { limit: 1 };
  const { revision } = await corral.query("models.list", input, { as: lab.administrator, schema });
  await using client = await connect(corral.databaseUrl);
  await client.query(
    `update model_records set meta = jsonb_set(meta, '{description}', to_jsonb('Changed ' || now()))
    where uid = (select uid from model_records where kind = 'override' order by uid limit 1)`,
  );
  for (;;) {
    const now = await corral.query("models.list", input, { as: lab.administrator, schema });
    if (now.revision !== revision) return;
    await pause(10);
  }
}

function repeat(call: Call): readonly Call[] {
  return Array.from({ length: callsARound }, () => call);
}
