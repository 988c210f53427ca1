import { readStoredStateOn, type StoredState } from "../support/stored-state.ts";
import { expectationOf, type Objects } from "../matrix/row.ts";
import { rollMany, type Dice } from "./dice.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import type { FuzzWorld } from "./fuzz-world.ts";
import { findProblem, isDeep, type Judged } from "./judge.ts";
import { makeRequest, type FuzzedRequest } from "./make-request.ts";
import type { Names } from "./names.ts";
import type { Regression } from "./regressions.ts";
import { listDocuments, listSeeds } from "./seeds.ts";
import type { Answer, Wire } from "./send-all.ts";

type Sent = { readonly request: FuzzedRequest; readonly answer: Answer };

export type Fuzzing = {
  readonly fuzz: FuzzWorld;
  readonly wire: Wire;
  readonly described: Judged["described"];
  readonly seed: number;
  /** Inputs of each door. */
  readonly count: number;
};

/** Between these, what there is to name is read anew. */
const chunkSize = 50;
/** Of so many inputs, one at least comes through. */
const fairCount = 100;
/** Of the findings of a door, as many as somebody reads. */
const toldAtMost = 5;

/** Sends an input of earlier days. @returns What is wrong, as {@link fuzzDoor}. */
export async function sendRegression(
  { as, request: make, status, code }: Regression,
  door: FuzzedDoor,
  { fuzz, wire, described }: Pick<Fuzzing, "fuzz" | "wire" | "described">,
): Promise<readonly string[]> {
  const { headers, ...asked } = make(fuzz.objects());
  const token = as === "owner" ? fuzz.world.token("owner") : tokenOf("allowed", door, fuzz);
  const request = {
    ...asked,
    headers: { ...headers, authorization: `Bearer ${token}` },
    sender: "allowed",
    isOnRoute: true,
  } as const;
  const answer = await wire.send(request);
  const sent = [{ request, answer }];
  const problems = findProblems({ door, described }, sent);
  if (answer.status !== status || answer.code !== (code ?? null))
    problems.push(describe("not what it should be", { request, answer }));
  const { rows } = await fuzz.database.query("select from changes where request_id = $1", [answer.requestId]);
  if (status >= 400 && rows.length > 0 && code !== "model_not_found")
    problems.push("refused, and the change log tells of a write");
  return problems;
}

/** Providers are dead: the door may say so, in the words that there are for it. */
export async function fuzzDeadDoor(door: FuzzedDoor, on: Fuzzing): Promise<readonly string[]> {
  return findProblems(
    { door, described: on.described, areProvidersDead: true },
    await sendInputs(door, on),
  ).slice(0, toldAtMost);
}

function findProblems(judged: Judged, sent: readonly Sent[]): string[] {
  return sent.flatMap(({ request, answer }) => {
    const problem = findProblem(judged, request, answer);
    return problem === undefined ? [] : [describe(problem, { request, answer })];
  });
}

/** Sends a door all its inputs. @returns What is wrong, with the requests that show it. */
export async function fuzzDoor(door: FuzzedDoor, on: Fuzzing): Promise<readonly string[]> {
  const { fuzz, described } = on;
  fuzz.server.stalls.length = 0;
  const before = await readState(fuzz);
  const sent = await sendInputs(door, on);
  const problems = findProblems({ door, described }, sent);
  if (on.count >= fairCount && !sent.some(({ answer }) => isDeep(door, answer)))
    problems.push(`no input came through: ${tallyOf(sent)}`);
  if (door.isReading) {
    const after = await readState(fuzz);
    if (JSON.stringify(after) !== JSON.stringify(before))
      problems.push(`reading wrote: ${differenceOf(before, after)}`);
  } else {
    problems.push(...(await findLoggedWrites(fuzz, sent)), ...(await findTraces(on, sent)));
  }
  problems.push(...(await findStalls(on, sent)));
  if (!door.isReading) await fuzz.repair();
  return problems.slice(0, toldAtMost);
}

async function sendInputs(door: FuzzedDoor, { fuzz, wire, seed, count }: Fuzzing): Promise<readonly Sent[]> {
  const documents = listDocuments(door);
  const sent: Sent[] = [];
  for (let at = 0; at < count; at += chunkSize) {
    const names = await fuzz.readNames(door);
    const seeds = listSeeds(door, objectsFor(door, fuzz, names), fuzz.world);
    const make = (dice: Dice) => makeRequest(door, { dice, names, seeds, documents });
    const requests = rollMany({ seed: seed + at, count: Math.min(chunkSize, count - at) }, make).map(
      (request, index): FuzzedRequest => ({
        ...request,
        headers: { ...headersOf(request, { door, fuzz, index: at + index }) },
      }),
    );
    const answers = await wire.sendAll(requests);
    sent.push(
      ...requests.flatMap((request, index) => {
        const answer = answers[index];
        return answer === undefined ? [] : [{ request, answer }];
      }),
    );
  }
  return sent;
}

const changesPeople = /^(?:users|groups|scim|auth\.secondFactor)\.|\/(?:scim|users|groups)\//u;

/** What the matrix's calls name: of people and groups that are changed, those whom nobody needs. */
function objectsFor(door: FuzzedDoor, fuzz: FuzzWorld, { users, groups }: Names): Objects {
  const objects = fuzz.objects();
  if (door.isReading || !changesPeople.test(door.name)) return objects;
  return { ...objects, user: users[0] ?? objects.user, group: groups[0] ?? objects.group };
}

/** With the sender's credential, from a network of its own: no limit on guessing is what is looked for here. */
function headersOf(
  { sender, headers = {} }: FuzzedRequest,
  { door, fuzz, index }: { readonly door: FuzzedDoor; readonly fuzz: FuzzWorld; readonly index: number },
): Record<string, string> {
  const token = tokenOf(sender, door, fuzz);
  return {
    ...headers,
    "x-forwarded-for": `10.${(index >> 8) & 255}.${index & 255}.1`,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

function tokenOf(sender: FuzzedRequest["sender"], door: FuzzedDoor, fuzz: FuzzWorld): string | undefined {
  if (sender === "nobody") return undefined;
  if (sender === "garbage") return "garbage";
  if (sender === "member") return fuzz.passerby(door, "user").token;
  if (door.path.startsWith("/scim/")) return fuzz.scimToken;
  const isForOwners = door.rows.every((row) => expectationOf(row, "admin") !== "allow");
  const isOfOwnersKey = /^keys\.(?:update|roll|delete)$/u.test(door.name);
  return isForOwners || isOfOwnersKey ? fuzz.world.token("owner") : fuzz.passerby(door, "admin").token;
}

function isRefused({ answer: { status } }: Sent): boolean {
  return status >= 400 && status < 500;
}

/**
 * What is stored. Of the change log, only what it tells of what is stored: it also notes what administrators ask of
 * providers, before it is sent and whatever comes of it, who took a document away, and who looked as somebody else.
 */
async function readState({ database }: FuzzWorld): Promise<StoredState> {
  const { rows } = await database.query<{ count: string }>(
    `select count(*) from changes where action <> 'connections.refresh' and action not like 'access.view%'
      and target_kind not in ('ollama', 'document')`,
  );
  return { ...(await readStoredStateOn(database)), changes: rows[0]?.count ?? "" };
}

/** What the provider itself said no to. */
const saidByProvider: ReadonlySet<string | null> = new Set(["model_not_found", "upstream_rejected"]);

/** The change log knows the request of each write: none of a refused one. */
async function findLoggedWrites({ database }: FuzzWorld, sent: readonly Sent[]): Promise<readonly string[]> {
  const refused = sent.filter(isRefused);
  const { rows } = await database.query<{ id: string; kind: string }>(
    "select distinct request_id as id, target_kind as kind from changes where request_id = any($1)",
    [refused.map(({ answer }) => answer.requestId)],
  );
  const written = new Map(rows.map(({ id, kind }) => [id, kind]));
  return refused
    .filter(({ answer }) => {
      const kind = written.get(answer.requestId);
      return kind !== undefined && !(kind === "ollama" && saidByProvider.has(answer.code));
    })
    .map((one) => describe("refused, and the change log tells of a write", one));
}

/** Of a door's refused inputs; the change log has spoken for all of them. */
const sentAgain = 60;

function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, at) => at % step === 0);
}

/** What was refused is sent again: nothing that is stored may differ afterwards. */
async function findTraces({ fuzz, wire }: Fuzzing, sent: readonly Sent[]): Promise<readonly string[]> {
  let refused = spread(
    sent.filter(isRefused).map(({ request }) => request),
    sentAgain,
  );
  while (refused.length > 0) {
    const before = await readState(fuzz);
    const answers = await wire.sendAll(refused);
    const after = await readState(fuzz);
    if (JSON.stringify(after) === JSON.stringify(before)) return [];
    // what is accepted by now may write, and change what the others meet
    const again = refused.filter((_, at) => (answers[at]?.status ?? 0) >= 400);
    if (again.length === refused.length) return findCulprits({ fuzz, wire }, refused);
    refused = again;
  }
  return [];
}

async function findCulprits(
  { fuzz, wire }: Pick<Fuzzing, "fuzz" | "wire">,
  refused: readonly FuzzedRequest[],
): Promise<readonly string[]> {
  const found: string[] = [];
  let before = await readState(fuzz);
  for (const request of refused) {
    const answer = await wire.send(request);
    const after = await readState(fuzz);
    if (isRefused({ request, answer }) && JSON.stringify(after) !== JSON.stringify(before))
      found.push(describe(`refused, and wrote ${differenceOf(before, after)}`, { request, answer }));
    before = after;
    if (found.length === toldAtMost) break;
  }
  // else it was something else: a new connection is listed in the background
  return found;
}

const tooLongMs = 200;
/** Of text that is read, parsed and written again: 2,048 embeddings are 65 MB. */
const bytesAMs = 50_000;
const runsInARow = 3;

/** Whatever was under way while the event loop stood still is asked alone, by the processor's time. */
async function findStalls({ fuzz, wire }: Fuzzing, sent: readonly Sent[]): Promise<readonly string[]> {
  const { stalls } = fuzz.server;
  const suspects = sent.filter(({ answer }) =>
    stalls.some(
      ({ fromMs, toMs, cpuMs }) => cpuMs > tooLongMs && answer.fromMs <= toMs && answer.toMs >= fromMs,
    ),
  );
  const found: string[] = [];
  for (const suspect of suspects) {
    const times: number[] = [];
    const limitMs = tooLongMs + suspect.answer.text.length / bytesAMs;
    for (let run = 0; run < runsInARow; run += 1) {
      const before = await fuzz.server.cpuMs();
      await wire.send(suspect.request);
      times.push((await fuzz.server.cpuMs()) - before);
      if ((times.at(-1) ?? 0) <= limitMs) break;
    }
    if (times.every((ms) => ms > limitMs))
      found.push(describe(`took ${times.map(Math.round).join(", ")} ms of CPU`, suspect));
  }
  return found;
}

function describe(problem: string, { request, answer }: Sent): string {
  const { method, path, headers, body, sender } = request;
  const asked = `${method} ${shorten(path)} as ${sender} ${shorten(JSON.stringify(headers))} ${shorten(body ?? "")}`;
  return `${problem}\n  ${asked}\n  ${answer.status} ${answer.code} ${shorten(answer.text)}\n  request ${answer.requestId}`;
}

function shorten(text: string): string {
  return text.length > 1_500 ? `${text.slice(0, 1_400)}… (${text.length} characters)` : text;
}

function tallyOf(sent: readonly Sent[]): string {
  const counts = new Map<string, number>();
  for (const { answer } of sent) {
    const told = `${answer.status} ${answer.code}`;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  return [...counts].map(([told, count]) => `${count} × ${told}`).join(", ");
}

function differenceOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string {
  return Object.keys(after)
    .filter((table) => after[table] !== before[table])
    .map((table) => `${table} (${String(before[table])}; ${String(after[table])})`)
    .join(", ");
}
