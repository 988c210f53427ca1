import { z } from "zod";
import { compare, cpuRatio, overRounds } from "../compare.ts";
import type { Lab } from "../lab/lab.ts";
import { constantCall } from "../lab/list-calls.ts";
import type { Person } from "../lab/person.ts";
import type { CorralServer } from "../lab/start-corral.ts";
import { runCalls, sendOnce, WrongAnswer, type Call } from "../run-calls.ts";
import { describeSamples } from "../verdict.ts";
import { Pool } from "undici";
import type { Bar } from "./bar.ts";

const callsARound = 500;
const membersAsked = 20;

/** Bar 6: `GET /v1/models` against Fastify with a buffer of the same size; no SQL, nobody asked. */
export const listForClients: Bar = async function* (lab, { rounds, profileDir }) {
  await using corral = await lab.startCorral();
  await using floor = await lab.startFloor("floor-bytes");
  const audiences = { members: lab.members.slice(0, membersAsked), administrator: [lab.administrator] };
  yield* countCauses(lab, corral);
  for (const [audience, people] of Object.entries(audiences)) {
    const ours = await Promise.all(people.map((person) => toCall(corral, person)));
    const sizes = ours.map(({ size }) => size);
    await floor.ask("prepare", z.unknown(), sizes);
    const floors = sizes.map((size) =>
      constantCall({ method: "GET", path: `/bytes/${size}`, headers: {} }, Buffer.alloc(size, " ")),
    );
    const samples = await compare(
      {
        ours: { process: corral, calls: () => repeat(ours.map(({ call }) => call)) },
        floor: { process: floor, calls: () => repeat(floors) },
      },
      { rounds, clients: 8, warmUps: 20, profileDir },
    );
    const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length / 1_000);
    yield {
      bar: 6,
      what: `GET /v1/models, ${audience}, ${kilobytes} kB`,
      value: overRounds(samples.ours, samples.floor, cpuRatio),
      unit: "× CPU",
      goal: 1.5,
      details: describeSamples(samples),
    };
  }
};

/** What 1,000 lists of 20 people make the server ask of the database and of providers. */
async function* countCauses(lab: Lab, corral: CorralServer) {
  const people = lab.members.slice(0, membersAsked);
  const texts = z.array(z.string());
  await corral.ask("countStatements", texts, true);
  const calls = (await Promise.all(people.map((person) => toCall(corral, person)))).map(({ call }) => call);
  const first = await corral.ask("countStatements", texts, true);
  if (first.length < membersAsked)
    throw new WrongAnswer("The look-ups of unknown sessions were not counted.");
  const before = await lab.upstreams.ask("requests", z.number());
  const pool = new Pool(corral.url, { connections: 8 });
  await runCalls(pool, [...repeat(calls), ...repeat(calls)], 8);
  await pool.close();
  const statements = await corral.ask("countStatements", texts, false);
  const asked = (await lab.upstreams.ask("requests", z.number())) - before;
  const [text = "none"] = statements;
  yield {
    bar: 6,
    what: "SQL statements of 1,000 GET /v1/models",
    value: statements.length,
    unit: "",
    goal: 0,
    details: text,
  };
  yield {
    bar: 6,
    what: "upstream calls of 1,000 GET /v1/models",
    value: asked,
    unit: "",
    goal: 0,
    details: "",
  };
}

const listSchema = z.object({
  object: z.literal("list"),
  data: z.array(z.object({ id: z.string() })).min(1),
});

/** The list of one person, which must stay the same; and be what their own catalog says may be called. */
async function toCall(corral: CorralServer, person: Person): Promise<{ call: Call; size: number }> {
  const request = { method: "GET", path: "/v1/models", headers: person.headers } as const;
  const body = await sendOnce(corral.url, request);
  const { data } = listSchema.parse(JSON.parse(body.toString()));
  const listed = await listCallableIds(corral, person);
  const ids = new Set(data.map(({ id }) => id));
  if (ids.size !== listed.size || [...listed].some((id) => !ids.has(id))) {
    throw new WrongAnswer(
      `/v1/models has ${ids.size} models where models.list has ${listed.size} callable ones.`,
    );
  }
  return { call: constantCall(request, body), size: body.length };
}

const pageSchema = z.object({
  rows: z.array(z.object({ id: z.string(), callable: z.boolean() })),
  total: z.number(),
});

async function listCallableIds(corral: CorralServer, as: Person): Promise<Set<string>> {
  const ids = new Set<string>();
  const limit = 100;
  for (let offset = 0, total = 1; offset < total; offset += limit) {
    const page = await corral.query("models.list", { offset, limit }, { as, schema: pageSchema });
    for (const { id, callable } of page.rows) if (callable) ids.add(id);
    total = page.total;
  }
  return ids;
}

function repeat(calls: readonly Call[]): readonly Call[] {
  return Array.from({ length: callsARound }, (_, at) => calls[at % calls.length]).filter(
    (call) => call !== undefined,
  );
}
