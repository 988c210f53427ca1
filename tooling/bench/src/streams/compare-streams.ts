import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { profile } from "../compare.ts";
import type { MeasuredProcess } from "../measured-process.ts";
import { readStream, type StreamCall } from "./read-stream.ts";
import { frameEveryMs, probeMark, streamFrames, streams } from "./stream-load.ts";

/** One relay, and how it is asked. */
export type StreamContestant = {
  readonly process: MeasuredProcess;
  /** @param prompt The text of the user's message. */
  readonly call: (prompt: string) => StreamCall;
};

/** What one round of all streams side by side came to. */
export type StreamSample = {
  readonly cpuUsPerFrame: number;
  /** Frames that came later than the next one was due. */
  readonly late: number;
  readonly p50DelayMs: number;
  /** Of each short stream that began while the others ran: too few a round for a percentile of their own. */
  readonly firstFramesMs: readonly number[];
};

export type StreamComparison<Name extends string> = Readonly<Record<Name, readonly StreamSample[]>>;

const warmUps = 1;
/** Short streams before anything is measured: a server that has run for a minute has long compiled how a call begins. */
const warmUpCalls = 2_000;
const warmUpClients = 16;

/** Lets the relays work in turns, A B A B, each with all streams at once. */
export async function compareStreams<Name extends string>(
  contestants: Readonly<Record<Name, StreamContestant>>,
  { rounds, profileDir }: { readonly rounds: number; readonly profileDir: string | null },
): Promise<StreamComparison<Name>> {
  // safe: keys of exactly that type
  const names = Object.keys(contestants) as Name[];
  const samples = new Map<Name, StreamSample[]>(names.map((name) => [name, []]));
  for (const name of names) await warmUp(contestants[name]);
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    if (round === 1 && profileDir !== null) await profile(contestants, "startProfile", "");
    for (const name of names) {
      const sample = await runRound(contestants[name]);
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  if (profileDir !== null) await profile(contestants, "stopProfile", profileDir);
  // safe: one entry for each name
  return Object.fromEntries(samples) as Record<Name, StreamSample[]>;
}

async function warmUp({ process, call }: StreamContestant): Promise<void> {
  const pool = new Pool(process.url, { connections: warmUpClients });
  let left = warmUpCalls;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await readStream(pool, call(probeMark), { frames: 1, onFrame: () => undefined });
    }
  };
  try {
    await Promise.all(Array.from({ length: warmUpClients }, client));
  } finally {
    await pool.destroy();
  }
}

/** Streams begin one after the other, so that their beats are spread. */
const rampMs = 2;
const settleMs = 200;
/** While CPU time is counted, nothing begins and nothing ends. */
const steadyMs = 3_000;
const probeEveryMs = 5;

async function runRound({ process, call }: StreamContestant): Promise<StreamSample> {
  const pool = new Pool(process.url, { connections: streams + 8 });
  const delaysMs: number[] = [];
  try {
    const running = Array.from({ length: streams }, async (_, at) => {
      await pause(at * rampMs);
      await readStream(pool, call("Tell me a long story."), {
        frames: streamFrames,
        onFrame: (delayMs) => delaysMs.push(delayMs),
      });
    });
    const ended = Promise.all(running);
    // Whatever goes wrong with a stream is thrown below.
    ended.catch(() => undefined);
    await Promise.race([ended, pause(streams * rampMs + settleMs)]);
    const [cpuBefore, framesBefore] = [await process.cpuUs(), delaysMs.length];
    await Promise.race([ended, pause(steadyMs)]);
    const cpuUs = (await process.cpuUs()) - cpuBefore;
    const frames = delaysMs.length - framesBefore;
    const firstFramesMs = await probe(pool, call(probeMark));
    await ended;
    return {
      cpuUsPerFrame: cpuUs / frames,
      late: delaysMs.filter((delayMs) => delayMs > frameEveryMs).length,
      p50DelayMs: percentile(delaysMs, 0.5),
      firstFramesMs,
    };
  } finally {
    await pool.destroy();
  }
}

/** Begins short streams for as long as the long ones surely run. */
async function probe(pool: Pool, call: StreamCall): Promise<readonly number[]> {
  const until =
    performance.now() + streamFrames * frameEveryMs - streams * rampMs - settleMs - steadyMs - 200;
  const firstFramesMs: number[] = [];
  while (performance.now() < until) {
    firstFramesMs.push(await readStream(pool, call, { frames: 1, onFrame: () => undefined }));
    await pause(probeEveryMs);
  }
  return firstFramesMs;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
