import { median, type Sample } from "./compare.ts";

/** One figure and its goal. */
export type Verdict = {
  /** Its number in the list of bars, or the id of a promise of `docs/security.md`. */
  readonly bar: number | string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The value may be this large. */
  readonly goal: number;
  /** For reading only. */
  readonly details: string;
};

export function isMet({ value, goal }: Verdict): boolean {
  return value <= goal;
}

export function renderVerdict(verdict: Verdict): string {
  const { bar, what, value, unit, goal, details } = verdict;
  const figure = `${round(value)} ${unit}`.padEnd(16);
  const mark = isMet(verdict) ? "PASS" : "MISS";
  return `${mark}  bar ${String(bar).padEnd(5)}  ${what.padEnd(52)} ${figure} goal ≤ ${goal} ${unit.padEnd(8)} ${details}`;
}

/** `ours 310 µs, floor 250 µs CPU a call; p50 1.2 ms, 0.9 ms` */
export function describeSamples(samples: Readonly<Record<string, readonly Sample[]>>): string {
  const names = Object.keys(samples);
  const figures = (of: (sample: Sample) => number, unit: string): string =>
    names.map((name) => `${name} ${round(median((samples[name] ?? []).map(of)))} ${unit}`).join(", ");
  return `CPU a call: ${figures(({ cpuUs }) => cpuUs, "µs")}; p50: ${figures(({ p50Ms }) => p50Ms, "ms")}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
