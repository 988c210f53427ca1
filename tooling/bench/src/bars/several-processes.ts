import { setTimeout as sleep } from "node:timers/promises";
import { openTrio, type ProcessTrio } from "../lab/process-trio.ts";
import type { CorralServer } from "../lab/start-corral.ts";
import { WrongAnswer } from "../run-calls.ts";
import type { Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const writesARound = 30;
const silentWritesMax = 10;
const deafRoundsMax = 5;
const readEveryMs = 5;

/** Bar 10: three processes on one PostgreSQL. What one writes, the two others are asked for. */
export const severalProcesses: Bar = async function* (lab, { rounds }) {
  await using trio = await openTrio(lab);
  const notified = await measureWrites(trio, { count: rounds * writesARound, withRevision: true });
  yield toVerdict("seen on two others, notified", notified.seenMs, 250);
  yield toVerdict("a write acknowledged", notified.acknowledgedMs, 250);
  yield toVerdict(
    "a right taken away, acknowledged",
    await measureNarrowing(trio, rounds * writesARound),
    250,
  );

  await trio.loseNotifications(true);
  const silent = await measureWrites(trio, { count: Math.min(rounds, silentWritesMax), withRevision: false });
  await trio.loseNotifications(false);
  yield toVerdict("seen on two others, notifications lost", silent.seenMs, 2_000);

  yield toVerdict(
    "acknowledged beside a deaf process",
    await measureDeaf(trio, Math.min(rounds, deafRoundsMax)),
    5_000,
  );
  yield toVerdict("acknowledged beside a dead process", [await measureDead(trio)], 5_000);
};

/**
 * Each write until both others show it, read all the while. The first answer that shows it sets the least revision;
 * whoever is asked for one reads by itself, which is not what lost notifications are about.
 */
async function measureWrites(
  trio: ProcessTrio,
  { count, withRevision }: { readonly count: number; readonly withRevision: boolean },
): Promise<{ readonly seenMs: readonly number[]; readonly acknowledgedMs: readonly number[] }> {
  const seenMs: number[] = [];
  const acknowledgedMs: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const name = `Version ${turn} of ${Math.random()}`;
    const started = performance.now();
    const seen = Promise.all(trio.others.map((server) => untilShown(trio, server, name)));
    const acknowledged = trio.rename(name);
    const { revision } = await untilShown(trio, trio.first, name);
    if (withRevision) {
      await Promise.all(trio.others.map((server) => assertNotOlder(trio, server, { revision, name })));
    }
    acknowledgedMs.push(await acknowledged);
    seenMs.push(Math.max(...(await seen).map(({ at }) => at)) - started);
  }
  return { seenMs, acknowledgedMs };
}

async function untilShown(trio: ProcessTrio, server: CorralServer, name: string) {
  for (;;) {
    const shown = await trio.readName(server);
    if (shown.name === name) return { ...shown, at: performance.now() };
    await sleep(readEveryMs);
  }
}

async function assertNotOlder(
  trio: ProcessTrio,
  server: CorralServer,
  wanted: { readonly revision: string; readonly name: string },
): Promise<void> {
  const shown = await trio.readName(server, wanted.revision);
  if (shown.name !== wanted.name)
    throw new WrongAnswer(`${server.name} answered from before ${wanted.revision}`);
}

/** How long it takes to take the model away, after which no server may give it to the reader. */
async function measureNarrowing(trio: ProcessTrio, count: number): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    await giveAndCheck(trio);
    tookMs.push(await trio.share(false));
    await Promise.all([trio.first, ...trio.others].map((server) => assertGone(trio, server, [404])));
  }
  return tookMs;
}

/** One process is stopped in the middle of its work. It is asked at once when it goes on, before it has heard of anything. */
async function measureDeaf(trio: ProcessTrio, rounds: number): Promise<readonly number[]> {
  const [deaf, hearing] = trio.others;
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await giveAndCheck(trio);
    deaf.kill("SIGSTOP");
    await sleep(100);
    tookMs.push(await trio.share(false));
    await assertGone(trio, hearing, [404]);
    const asked = Array.from({ length: 8 }, () => assertGone(trio, deaf, [404, 503]));
    deaf.kill("SIGCONT");
    await Promise.all(asked);
    while ((await trio.readStatus(deaf)) === 503) await sleep(readEveryMs);
  }
  return tookMs;
}

async function measureDead(trio: ProcessTrio): Promise<number> {
  await giveAndCheck(trio);
  trio.others[0].kill("SIGKILL");
  await sleep(100);
  const tookMs = await trio.share(false);
  await assertGone(trio, trio.others[1], [404]);
  return tookMs;
}

async function giveAndCheck(trio: ProcessTrio): Promise<void> {
  await trio.share(true);
  for (const server of [trio.first, ...trio.others]) {
    const status = await trio.readStatus(server);
    if (status !== 200) throw new WrongAnswer(`${server.name} refuses what was given: ${status}`);
  }
}

async function assertGone(
  trio: ProcessTrio,
  server: CorralServer,
  refusals: readonly number[],
): Promise<void> {
  const status = await trio.readStatus(server);
  if (!refusals.includes(status))
    throw new WrongAnswer(`${server.name} serves what was taken away: ${status}`);
}

function toVerdict(what: string, timesMs: readonly number[], goal: number): Verdict {
  const sorted = timesMs.toSorted((left, right) => left - right);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  const details = `p50 ${at(0.5).toFixed(1)} ms, most ${at(1).toFixed(1)} ms, ${sorted.length} writes`;
  return { bar: 10, what, value: at(0.99), unit: "ms p99", goal, details };
}
