import { subscribe } from "node:diagnostics_channel";
import { startSimulatedOpenAI, type Fault } from "@corral/simulated-providers";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The providers behind the seeded catalog: one for each of its connections, which lists the models that the catalog has
 * from there, and dies on demand. Arguments: connections, base models.
 */

let requests = 0;
subscribe("http.server.request.start", () => {
  requests += 1;
});

const [connections = 0, bases = 0] = process.argv.slice(2).map(Number);

function listModels(connection: number): string[] {
  const numbers = Array.from({ length: bases }, (_, at) => at + 1);
  return numbers.filter((number) => number % connections === connection).map((number) => `base-${number}`);
}

const servers = await Promise.all(
  Array.from({ length: connections }, async (_, connection) =>
    startSimulatedOpenAI({ profile: "vllm", benchmark: true, models: listModels(connection) }),
  ),
);
/** In the order in which providers die. */
const deaths: readonly Fault[] = [{ kind: "refuse" }, { kind: "hang-before-headers" }, { kind: "html-200" }];

/** The last so many providers are dead, each in its way; the others are well. */
function setDead(count: unknown): void {
  for (const [at, fault] of deaths.entries()) {
    const { faults } = servers.at(-1 - at) ?? {};
    faults?.clear();
    if (at < Number(count)) faults?.set({ fault });
  }
}

answerControl({
  urls: () => servers.map(({ baseUrl }) => baseUrl),
  setDead,
  requests: () => requests,
});
announce({ address: "127.0.0.1", family: "IPv4", port: Number(new URL(servers[0]?.url ?? "").port) });
