import { join } from "node:path";
import { Pool } from "undici";
import { z } from "zod";
import type { MeasuredProcess } from "./measured-process.ts";
import { runCalls, type Call } from "./run-calls.ts";

/** One server and what it is sent in each round; round 0 warms it up and is not counted. */
export type Contestant = {
  readonly process: MeasuredProcess;
  readonly calls: (round: number) => readonly Call[];
  /** Done before each round, outside the measurement. */
  readonly prepare?: (round: number) => Promise<void>;
};

export type Sample = { readonly cpuUs: number; readonly p50Ms: number };

export type ComparisonOptions = {
  readonly rounds: number;
  /** Calls under way at a time. */
  readonly clients: number;
  /** How often the first round is run before it counts. */
  readonly warmUps?: number;
  readonly profileDir?: string | null;
};

/** Lets the contestants work in turns, A B A B, so that whatever else the machine does hits them alike. */
export async function compare<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  { rounds, clients, warmUps = 1, profileDir = null }: ComparisonOptions,
): Promise<Readonly<Record<Name, readonly Sample[]>>> {
  // safe: keys of exactly that type
  const names = Object.keys(contestants) as Name[];
  const samples = new Map<Name, Sample[]>(names.map((name) => [name, []]));
  const pools = new Map(
    names.map((name) => [name, new Pool(contestants[name].process.url, { connections: clients })]),
  );
  const work = async (name: Name, round: number): Promise<Sample> => {
    const contestant = contestants[name];
    await contestant.prepare?.(round);
    const pool = pools.get(name);
    if (pool === undefined) throw new Error(`There is no ${name}.`);
    return measure(contestant.process, contestant.calls(round), (calls) => runCalls(pool, calls, clients));
  };
  try {
    for (let warmUp = 0; warmUp < warmUps; warmUp += 1) for (const name of names) await work(name, 0);
    if (profileDir !== null) await profile(contestants, "startProfile", "");
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of names) samples.get(name)?.push(await work(name, round));
    }
    if (profileDir !== null) await profile(contestants, "stopProfile", profileDir);
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }
  // safe: one entry for each name
  return Object.fromEntries(samples) as Record<Name, Sample[]>;
}

async function measure(
  server: MeasuredProcess,
  calls: readonly Call[],
  run: (calls: readonly Call[]) => Promise<readonly number[]>,
): Promise<Sample> {
  const before = await server.cpuUs();
  const latenciesMs = await run(calls);
  const cpuUs = ((await server.cpuUs()) - before) / calls.length;
  return { cpuUs, p50Ms: median(latenciesMs) };
}

/** Starts or ends the CPU profile of each server. */
export async function profile(
  contestants: Readonly<Record<string, Pick<Contestant, "process">>>,
  question: "startProfile" | "stopProfile",
  directory: string,
): Promise<void> {
  const servers = new Set(Object.values(contestants).map((contestant) => contestant.process));
  for (const server of servers) {
    const file = join(directory, `${server.name.replaceAll(/\W+/gu, "-")}-${Date.now()}.cpuprofile`);
    await server.ask(question, z.unknown(), file);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The median of what `figure` says of each round: rounds of one number ran next to each other. */
export function overRounds<S>(
  ours: readonly S[],
  floor: readonly S[],
  figure: (ours: S, floor: S) => number,
): number {
  return median(
    ours.flatMap((sample, at) => {
      const other = floor[at];
      return other === undefined ? [] : figure(sample, other);
    }),
  );
}

export const cpuRatio = (ours: Sample, floor: Sample): number => ours.cpuUs / floor.cpuUs;
