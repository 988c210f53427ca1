import type { RecordsWorld } from "../support/records-world.ts";
import type { Outcome, StockClient } from "./stock-client.ts";

/** What the cases may name beside what a client is given. */
export type StockWorld = RecordsWorld & {
  /** A group that holds Bob. */
  readonly groupId: string;
  /** The second Ollama, by its number 1. */
  readonly second: { readonly uid: string };
  readonly administrator: StockClient;
};

/** One call of a stock client, with what it comes to for whom. */
export type StockCase = {
  readonly run: (client: StockClient, id: string, world: StockWorld) => Promise<Outcome>;
  /** What is there before. */
  readonly on?: "own model" | "model of somebody else";
  readonly administrator: number;
  readonly user: number;
  readonly reads: (body: never) => unknown;
  readonly found: unknown;
};
type Run = StockCase["run"];
type Reads = StockCase["reads"];

export const isRow = (body: object) => body;

export function firstOf({ data }: { readonly data: readonly object[] }): unknown {
  return data[0];
}

/** The last of the lines that came. */
export function lastOf(lines: readonly unknown[]): unknown {
  return lines.at(-1);
}

export function both(run: Run, reads: Reads, found: unknown): StockCase {
  return { run, administrator: 200, user: 200, reads, found };
}

export function onOwn(run: Run, reads: Reads, found: unknown): StockCase {
  return { ...both(run, reads, found), on: "own model" };
}

export function adminOnly(run: Run, reads: Reads, found: unknown): StockCase {
  return { run, administrator: 200, user: 403, reads, found };
}
