import { z } from "zod";
import { median } from "../compare.ts";
import type { MeasuredProcess } from "../measured-process.ts";
import type { Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const sizes = [1_000, 10_000, 100_000] as const;
const largest = 100_000;
const pagesARound = 500;
const searchesARound = 20;

/** Bar 7: what a page costs and a model takes, at 1,000, 10,000 and 100,000 models. */
export const listAtScale: Bar = async function* (lab, { rounds }) {
  {
    await using catalog = await lab.startCatalog();
    const pages = await measureRounds(catalog, { rounds, calls: pagesARound });
    const searches = [
      `prefix search ${describe(await measureRounds(catalog, { rounds: 3, calls: searchesARound, query: "custom model 12" }))}`,
      `substring search ${describe(await measureRounds(catalog, { rounds: 3, calls: searchesARound, query: "handbook" }))}`,
    ];
    yield* judgeGrowth(pages, searches.join("; "));
  }
  const memory: string[] = [];
  let used = Number.NaN;
  for (const models of sizes) {
    await using catalog = await lab.startCatalog();
    const found = await catalog.ask("memory", memorySchema, models);
    memory.push(`${models}: snapshot ${found.snapshot.toFixed(0)} B, in use ${found.used.toFixed(0)} B`);
    if (models === largest) ({ used } = found);
  }
  yield {
    bar: 7,
    what: "memory a model at 100,000, 1,000 callers listing",
    value: used / 1_024,
    unit: "KiB",
    goal: 2,
    details: memory.join("; "),
  };
};

/** Bar 9: changes against a full rebuild, at 100,000 models. */
export const applyChanges: Bar = async function* (lab, { rounds }) {
  await using catalog = await lab.startCatalog();
  const costs: Costs[] = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    costs.push(await catalog.ask("changes", changesSchema, largest));
  }
  const middle = (of: (cost: Costs) => number) => median(costs.map(of));
  const judge = (name: "one" | "base" | "group", what: string, goal: number): Verdict => ({
    bar: 9,
    what,
    value: 100 * middle((cost) => cost[name] / cost.full),
    unit: "% CPU",
    goal,
    details: `${toMs(middle((cost) => cost[name]))} of ${toMs(middle((cost) => cost.full))}`,
  });
  yield judge("one", "one model changed, of a rebuild of 100,000", 1);
  yield judge("base", "a base with 10,000 dependants changed", 10);
  yield judge("group", "a group of 5,000 emptied or filled", 5);
};

type PageCosts = Readonly<Record<(typeof sizes)[number], readonly number[]>>;
type Costs = z.output<typeof changesSchema>;

const memorySchema = z.object({ snapshot: z.number(), used: z.number() });
const changesSchema = z.object({ full: z.number(), one: z.number(), base: z.number(), group: z.number() });

/** The sizes take turns, so that whatever else the machine does hits them alike. */
async function measureRounds(
  catalog: MeasuredProcess,
  work: { readonly rounds: number; readonly calls: number; readonly query?: string },
): Promise<PageCosts> {
  const costs: Record<(typeof sizes)[number], number[]> = { 1_000: [], 10_000: [], 100_000: [] };
  const { rounds, ...input } = work;
  for (const models of sizes) await catalog.ask("open", z.unknown(), models);
  for (let round = -1; round < rounds; round += 1) {
    for (const models of sizes) {
      const cost = await catalog.ask("pages", z.number(), { ...input, models, round: Math.max(0, round) });
      // the first one warms up
      if (round >= 0) costs[models].push(cost);
    }
  }
  return costs;
}

function* judgeGrowth(costs: PageCosts, details: string): Iterable<Verdict> {
  for (const [few, many] of [[1_000, 10_000] as const, [10_000, 100_000] as const]) {
    const ratios = costs[many].map((cost, at) => cost / (costs[few][at] ?? Number.NaN));
    yield {
      bar: 7,
      what: `a page without search, ${many} against ${few} models`,
      value: median(ratios),
      unit: "× CPU",
      goal: 1.3,
      details: few === 1_000 ? `a page: ${describe(costs)}` : details,
    };
  }
}

function describe(costs: PageCosts): string {
  return sizes.map((models) => `${models}: ${median(costs[models]).toFixed(0)} µs`).join(", ");
}

function toMs(us: number): string {
  return `${(us / 1_000).toFixed(2)} ms`;
}
