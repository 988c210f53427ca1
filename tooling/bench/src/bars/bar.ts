import type { BenchOptions } from "../bench-options.ts";
import type { Lab } from "../lab/lab.ts";
import type { Verdict } from "../verdict.ts";

/** One bar: measures, checks every answer, and yields each figure as soon as it stands. */
export type Bar = (lab: Lab, options: BenchOptions) => AsyncIterable<Verdict>;
