import { mkdir } from "node:fs/promises";
import type { Bar } from "./bars/bar.ts";
import { applyChanges, listAtScale } from "./bars/catalog-at-scale.ts";
import { listByTrpc } from "./bars/list-by-trpc.ts";
import { listForClients } from "./bars/list-for-clients.ts";
import { listWithDeadProviders } from "./bars/list-with-dead-providers.ts";
import { relayChat } from "./bars/relay-chat.ts";
import { convertStreams, relayStreams } from "./bars/relay-streams.ts";
import { forbiddenAndMissing, knownAndUnknownAccounts } from "./bars/same-time.ts";
import { severalProcesses } from "./bars/several-processes.ts";
import { startAndRest } from "./bars/start-and-rest.ts";
import { parseOptions, type BenchOptions } from "./bench-options.ts";
import { openLab } from "./lab/lab.ts";
import { describeLoad, describeMachine } from "./machine.ts";
import { isMet, renderVerdict } from "./verdict.ts";

/** By their numbers in the list of bars, and by the promises of `docs/security.md` that no test can hold. */
const bars: ReadonlyMap<string, Bar> = new Map([
  ["1", relayChat],
  ["3", relayStreams],
  ["4", convertStreams],
  ["5", listByTrpc],
  ["6", listForClients],
  ["7", listAtScale],
  ["8", listWithDeadProviders],
  ["9", applyChanges],
  ["10", severalProcesses],
  ["11", startAndRest],
  ["TIM-1", forbiddenAndMissing],
  ["TIM-2", knownAndUnknownAccounts],
]);

/** @returns Whether every goal was met. */
async function bench(options: BenchOptions): Promise<boolean> {
  if (options.profileDir !== null) await mkdir(options.profileDir, { recursive: true });
  const chosen = [...bars].filter(([name]) => options.only?.has(name) ?? true);
  if (chosen.length === 0) throw new Error(`There are only the bars ${[...bars.keys()].join(", ")}.`);
  await using lab = await openLab();
  print(
    `${describeMachine(lab.cores, lab.postgres)}\n${options.rounds} rounds in turns; a figure is the median of its rounds\n`,
  );
  let allMet = true;
  for (const [, bar] of chosen) {
    for await (const verdict of bar(lab, options)) {
      print(renderVerdict(verdict));
      allMet &&= isMet(verdict);
    }
  }
  print(`\nload at the end ${describeLoad()}`);
  return allMet;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const options = parseOptions(process.argv.slice(2));
const allMet = await bench(options);
if (options.strict && !allMet) process.exitCode = 1;
