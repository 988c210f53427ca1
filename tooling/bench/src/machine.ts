import { createRequire } from "node:module";
import { cpus, loadavg, totalmem } from "node:os";
import { z } from "zod";
import type { Cores } from "./cores.ts";

const require = createRequire(import.meta.url);
const versionSchema = z.object({ version: z.string() });
const packages = ["fastify", "undici", "@trpc/server"];

/** What a figure is worth nothing without. */
export function describeMachine({ client, server }: Cores, postgres: string): string {
  const [processor] = cpus();
  const versions = packages.map((name) => `${name} ${versionOf(name)}`);
  const sharing =
    client === null
      ? "cores: not pinned (taskset and a second core are needed); everything shares everything"
      : `core ${client}: client, simulated providers, PostgreSQL; core ${server}: the measured server and its floor, one at a time`;
  return [
    `${processor?.model ?? "unknown processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; load ${describeLoad()}`,
    `Node ${process.versions.node}, PostgreSQL ${postgres}, ${versions.join(", ")}`,
    sharing,
  ].join("\n");
}

/** Averages of 1, 5 and 15 minutes. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(" ");
}

function versionOf(name: string): string {
  return versionSchema.parse(require(`${name}/package.json`)).version;
}
