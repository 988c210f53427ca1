import { connect } from "@corral/db/testing";
import { Pool } from "undici";
import { z } from "zod";
import { median } from "../compare.ts";
import type { Lab } from "../lab/lab.ts";
import { toQueryPath, type CorralServer } from "../lab/start-corral.ts";
import { WrongAnswer } from "../run-calls.ts";
import type { Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

/** Percent that two kinds of refusal may lie apart. */
const apartMax = 5;
const pairsARound = 30;
const signInsARound = 20;
/** Asked before it counts. */
const warmUps = 60;
const password = "correct horse battery staple";

type Question = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the answer may repeat: it differs between the kinds. */
  readonly name: string;
};
/** Two things that an answer must not tell apart, neither by what it says nor by when it comes. */
type Kinds = Readonly<Record<string, (turn: number) => Question>>;

/** TIM-1: what somebody may not know of takes as long as what does not exist. */
export const forbiddenAndMissing: Bar = async function* (lab, { rounds }) {
  await using corral = await lab.startCorral();
  const pairs = rounds * pairsARound;
  await makePrivateModels(lab, corral, pairs + warmUps);
  const [member = lab.administrator] = lab.members;
  const json = { ...member.headers, "content-type": "application/json" };
  const both = (ask: (id: string) => Omit<Question, "name">): Kinds => ({
    forbidden: (turn) => ({ ...ask(privateId(turn)), name: privateId(turn) }),
    missing: (turn) => ({ ...ask(missingId(turn)), name: missingId(turn) }),
  });

  yield compareTimes(corral, "[TIM-1] models.get, forbidden and missing", {
    pairs,
    status: 404,
    kinds: both((id) => ({
      method: "GET",
      path: toQueryPath("models.get", { id }),
      headers: member.headers,
    })),
  });
  yield compareTimes(corral, "[TIM-1] a chat on /v1, forbidden and missing", {
    pairs,
    status: 404,
    kinds: both((model) => ({
      method: "POST",
      path: "/v1/chat/completions",
      headers: json,
      body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
    })),
  });
  const keys = await makeDeadKeys(lab, corral, pairs + warmUps);
  yield compareTimes(corral, "[TIM-1] a key on /v1, revoked and unknown", {
    pairs,
    status: 401,
    kinds: { revoked: useKey(keys.revoked), unknown: useKey(keys.unknown) },
  });
};

/** TIM-2: whether an account exists, or is suspended, is not told by how long its refusal takes. */
export const knownAndUnknownAccounts: Bar = async function* (lab, { rounds }) {
  await using corral = await lab.startCorral({ CORRAL_SIGNIN_FAILURES_PER_MINUTE: "100000" });
  const pairs = rounds * signInsARound;
  await makeAccounts(lab, corral);
  const signIn = (email: string, word: string): Question => ({
    method: "POST",
    path: "/trpc/auth.signIn",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: word }),
    name: email,
  });
  const unknown = (turn: number) => signIn(`nobody-${turn}@example.com`, password);

  yield compareTimes(corral, "[TIM-2] sign-in, wrong password and unknown account", {
    pairs,
    status: 401,
    kinds: { known: () => signIn("known@example.com", "wrong horse battery staple"), unknown },
  });
  yield compareTimes(corral, "[TIM-2] sign-in, suspended and unknown account", {
    pairs,
    status: 401,
    kinds: { suspended: () => signIn("suspended@example.com", password), unknown },
  });
};

type Comparison = { readonly kinds: Kinds; readonly pairs: number; readonly status: number };

/** Asks for one of each kind in turns, over one connection, so that whatever else the machine does hits both alike. */
async function compareTimes(corral: CorralServer, what: string, comparison: Comparison): Promise<Verdict> {
  const { kinds, pairs, status } = comparison;
  const pool = new Pool(corral.url, { connections: 1 });
  const times = new Map<string, number[]>(Object.keys(kinds).map((kind) => [kind, []]));
  try {
    for (let turn = 0; turn < pairs + warmUps; turn += 1) {
      // the other one first each time: what follows a call must not weigh on one kind
      const order = turn % 2 === 0 ? Object.entries(kinds) : Object.entries(kinds).toReversed();
      const said = new Set<string>();
      for (const [kind, question] of order) {
        const answer = await ask(pool, question(turn));
        said.add(answer.text);
        if (answer.status !== status) throw new WrongAnswer(`${what}: ${kind} is a ${answer.status}`);
        if (turn >= warmUps) times.get(kind)?.push(answer.ms);
      }
      if (said.size > 1) throw new WrongAnswer(`${what}: the answers differ: ${[...said].join(" ")}`);
    }
  } finally {
    await pool.close();
  }
  return toVerdict(what, times);
}

async function ask(pool: Pool, { method, path, headers, body, name }: Question) {
  const started = performance.now();
  const answer = await pool.request({ method, path, headers, body: body ?? null });
  const text = await answer.body.text();
  const ms = performance.now() - started;
  return {
    ms,
    status: answer.statusCode,
    text: text.replaceAll(name, "<name>").replace(/"requestId":"[^"]+"/u, ""),
  };
}

function toVerdict(what: string, times: ReadonlyMap<string, readonly number[]>): Verdict {
  const [one = [], other = []] = [...times.values()];
  // of a pair, which ran one after the other: what the machine does otherwise comes and goes meanwhile
  const ratio = median(one.map((ms, at) => ms / (other[at] ?? Number.NaN)));
  const figures = [...times].map(([kind, ms]) => {
    const sorted = ms.toSorted((left, right) => left - right);
    return `${kind} p50 ${median(ms).toFixed(3)} ms, p90 ${(sorted[Math.floor(0.9 * ms.length)] ?? 0).toFixed(3)} ms`;
  });
  const [bar = what] = /TIM-\d/u.exec(what) ?? [];
  return {
    bar,
    what,
    value: 100 * (Math.max(ratio, 1 / ratio) - 1),
    unit: "% apart",
    goal: apartMax,
    details: `${figures.join("; ")}; ${one.length} pairs`,
  };
}

const numbered = (name: string, turn: number): string => `tim-${name}-${String(turn).padStart(5, "0")}`;
const privateId = (turn: number): string => numbered("private", turn);
/** Of the same length. */
const missingId = (turn: number): string => numbered("missing", turn);

async function makePrivateModels({ administrator: as }: Lab, corral: CorralServer, count: number) {
  const schema = z.looseObject({ visibility: z.literal("private") });
  for (let turn = 0; turn < count; turn += 1) {
    const id = privateId(turn);
    await corral.mutate("models.create", { id, name: id, baseModelId: "base-1" }, { as, schema });
  }
}

/** Keys that nobody has used: some were revoked, of the others there is no trace. */
async function makeDeadKeys({ members }: Lab, corral: CorralServer, count: number) {
  const schema = z.looseObject({ key: z.string(), apiKey: z.looseObject({ id: z.string() }) });
  const revoked: string[] = [];
  const unknown: string[] = [];
  const deleted: string[] = [];
  for (let turn = 0; turn < 2 * count; turn += 1) {
    const as = members[turn % members.length];
    if (as === undefined) throw new Error("There are no members.");
    const made = await corral.mutate("keys.create", { name: `tim-${turn}` }, { as, schema });
    (turn % 2 === 0 ? revoked : unknown).push(made.key);
    if (turn % 2 === 1) deleted.push(made.apiKey.id);
  }
  await using client = await connect(corral.databaseUrl);
  await client.query("delete from api_keys where id = any($1::uuid[])", [deleted]);
  await client.query("update api_keys set revoked_at = now() where name like 'tim-%'");
  return { revoked, unknown };
}

function useKey(keys: readonly string[]): (turn: number) => Question {
  return (turn) => {
    const name = keys[turn] ?? "";
    return { method: "GET", path: "/v1/models/x", headers: { authorization: `Bearer ${name}` }, name };
  };
}

async function makeAccounts({ administrator: as }: Lab, corral: CorralServer): Promise<void> {
  const schema = z.looseObject({ id: z.string() });
  const role = "user";
  await corral.mutate(
    "users.create",
    { email: "known@example.com", password, name: "Known", role },
    { as, schema },
  );
  const suspended = { email: "suspended@example.com", password, name: "Suspended", role };
  const { id } = await corral.mutate("users.create", suspended, { as, schema });
  await corral.mutate("users.update", { id, status: "suspended" }, { as, schema });
}
