import { subscribe } from "node:diagnostics_channel";
import { startSimulatedOpenAI, type Fault, type SimulatedOpenAI } from "@corral/simulated-providers";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The providers behind the seeded catalog: one for each of its connections, which lists the models that the catalog has
 * from there, and three that are dead in different ways. Arguments: connections, base models.
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

async function startDead(connection: number, fault: Fault): Promise<SimulatedOpenAI> {
  const server = await startSimulatedOpenAI({ models: listModels(connection) });
  server.faults.set({ fault });
  return server;
}

const healthy = await Promise.all(
  Array.from({ length: connections }, async (_, connection) =>
    startSimulatedOpenAI({ profile: "vllm", benchmark: true, models: listModels(connection) }),
  ),
);
const dead = await Promise.all([
  startDead(connections - 1, { kind: "refuse" }),
  startDead(connections - 2, { kind: "hang-before-headers" }),
  startDead(connections - 3, { kind: "html-200" }),
]);
answerControl({
  urls: () => ({ healthy: healthy.map(({ baseUrl }) => baseUrl), dead: dead.map(({ baseUrl }) => baseUrl) }),
  requests: () => requests,
});
announce({ address: "127.0.0.1", family: "IPv4", port: Number(new URL(healthy[0]?.url ?? "").port) });
