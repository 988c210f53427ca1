import { pino } from "pino";
import { parseEnv, readEnvironment } from "../../src/env.ts";
import { runServer } from "../../src/run-server.ts";

/** What this process tells the one that started it. */
export type Told =
  | { readonly kind: "ready"; readonly url: string; readonly setupUrl: string | null }
  | { readonly kind: "stall"; readonly stall: Stall }
  | { readonly kind: "cpu"; readonly cpuMs: number };

/** The event loop went round once, and was long about it. Times since 1970. */
export type Stall = { readonly fromMs: number; readonly toMs: number; readonly cpuMs: number };

const lookEveryMs = 20;
const worthTellingMs = 100;

const parsed = parseEnv(readEnvironment());
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const server = await runServer(parsed.env, {
  logger: pino({ level: "warn" }),
  version: "0.0.0-test",
  dashboard: process.argv[2] ?? "",
});
watchEventLoop();
process.on("message", () => tell({ kind: "cpu", cpuMs: cpuOfThisThread() }));
process.once("disconnect", () => void server.stop().finally(() => process.exit()));
tell({ kind: "ready", url: server.url, setupUrl: server.setupUrl });

/** By the processor's time: on a busy machine, a loop may be late that has done nothing wrong. */
function watchEventLoop(): void {
  let cpuBefore = cpuOfThisThread();
  let fromMs = Date.now();
  setInterval(() => {
    const cpuMs = cpuOfThisThread() - cpuBefore;
    const stall = { fromMs, toMs: Date.now(), cpuMs };
    if (cpuMs > worthTellingMs) tell({ kind: "stall", stall });
    cpuBefore += cpuMs;
    fromMs = stall.toMs;
  }, lookEveryMs);
}

function cpuOfThisThread(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function tell(told: Told): void {
  process.send?.(told);
}
