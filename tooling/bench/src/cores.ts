import { spawnSync } from "node:child_process";
import { z } from "zod";

/** Who runs where. `null`: the operating system decides. */
export type Cores = { readonly client: number | null; readonly server: number | null };

/** Keeps this process, and all it starts without another wish, on the first core, so that the last one is the server's. */
export function shareCores(): Cores {
  const shown = spawnSync("taskset", ["-cp", String(process.pid)], { encoding: "utf8" });
  const allowed = shown.status === 0 ? parseCores(shown.stdout) : [];
  const [client, server] = [allowed[0], allowed.at(-1)];
  if (client === undefined || server === undefined || client === server)
    return { client: null, server: null };
  spawnSync("taskset", ["-acp", String(client), String(process.pid)]);
  return { client, server };
}

/** `pid 7's current affinity list: 0,2-4` */
function parseCores(line: string): number[] {
  const list = z.string().parse(line.split(":").at(-1)).trim();
  return list.split(",").flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}
