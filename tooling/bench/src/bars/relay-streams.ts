import { z } from "zod";
import { median, overRounds } from "../compare.ts";
import { assistant, createAssistant } from "../lab/assistant.ts";
import type { Lab } from "../lab/lab.ts";
import { waitForProviders } from "../lab/start-corral.ts";
import {
  compareStreams,
  percentile,
  type StreamContestant,
  type StreamSample,
} from "../streams/compare-streams.ts";
import { describeConvertCost } from "../streams/convert-cost.ts";
import { frameEveryMs, streams } from "../streams/stream-load.ts";
import type { StreamCall } from "../streams/read-stream.ts";
import type { Verdict } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const load = `${streams} streams, ${1_000 / frameEveryMs} frames a second each`;

/** Bar 3: OpenAI's events in and out, against a relay that passes bytes on. */
export const relayStreams: Bar = async function* (lab, { rounds, profileDir }) {
  await using source = await lab.startUpstream("stream-source");
  await using floor = await lab.startFloor("floor-stream", [source.url]);
  await using corral = await lab.startCorral();
  const ours = await connectSource(lab, corral, {
    provider: "openai",
    url: `${source.url}/v1`,
    base: "stream-base",
  });
  const relay = { process: floor, call: plainCall("/v1/chat/completions", "\n\n", done) };
  const samples = await compareStreams({ ours, floor: relay }, { rounds, profileDir });
  yield* judge(
    { bar: 3, what: `SSE relay, ${load}`, goal: 1.3, cost: await describeConvertCost("openai") },
    samples,
  );
};

/** Bar 4: Ollama's lines in and OpenAI's events out, against a relay that passes the lines on. */
export const convertStreams: Bar = async function* (lab, { rounds, profileDir }) {
  await using source = await lab.startUpstream("stream-source");
  await using floor = await lab.startFloor("floor-stream", [source.url]);
  await using corral = await lab.startCorral();
  const ours = await connectSource(lab, corral, {
    provider: "ollama",
    url: source.url,
    base: "stream-base:latest",
  });
  const relay = { process: floor, call: plainCall("/api/chat", "\n", /"done":true.*\n$/u) };
  const samples = await compareStreams({ ours, floor: relay }, { rounds, profileDir });
  yield* judge(
    { bar: 4, what: `Ollama to SSE, ${load}`, goal: 2, cost: await describeConvertCost("ollama") },
    samples,
  );
};

const done = /data: \[DONE\]\n\n$/u;

/** Lets Corral call the source through the assistant, as a member with a key. */
async function connectSource(
  lab: Lab,
  corral: Awaited<ReturnType<Lab["startCorral"]>>,
  { base, ...connection }: { readonly provider: string; readonly url: string; readonly base: string },
): Promise<StreamContestant> {
  const as = lab.administrator;
  const input = { ...connection, name: "Stream source", concurrency: 256 };
  await corral.mutate("connections.create", input, { as, schema: z.unknown() });
  const { length: count } = await lab.upstreams.ask("urls", z.array(z.string()));
  await waitForProviders(corral, { as, dead: 0, count: count + 1 });
  const key = await createAssistant(lab, corral, base);
  const headers = { ...json, authorization: `Bearer ${key}` };
  return {
    process: corral,
    call: (prompt) => ({
      path: "/v1/chat/completions",
      headers,
      body: chatBody(assistant, prompt),
      separator: "\n\n",
      end: done,
    }),
  };
}

const json = { "content-type": "application/json" };

function plainCall(path: string, separator: string, end: RegExp): (prompt: string) => StreamCall {
  return (prompt) => ({ path, headers: json, body: chatBody("stream-base", prompt), separator, end });
}

function chatBody(model: string, prompt: string): string {
  return JSON.stringify({ model, stream: true, messages: [{ role: "user", content: prompt }] });
}

type Compared = { readonly ours: readonly StreamSample[]; readonly floor: readonly StreamSample[] };

function* judge(
  { bar, what, goal, cost }: Pick<Verdict, "bar" | "what" | "goal"> & { readonly cost: string },
  { ours, floor }: Compared,
): Iterable<Verdict> {
  const of = (figure: (sample: StreamSample) => number, unit: string): string =>
    `ours ${median(ours.map(figure)).toPrecision(3)} ${unit}, floor ${median(floor.map(figure)).toPrecision(3)} ${unit}`;
  yield {
    bar,
    what,
    value: overRounds(ours, floor, (one, other) => one.cpuUsPerFrame / other.cpuUsPerFrame),
    unit: "× CPU",
    goal,
    details: `CPU a frame: ${of((sample) => sample.cpuUsPerFrame, "µs")}; p50 delay: ${of((sample) => sample.p50DelayMs, "ms")}; ${cost}`,
  };
  yield {
    bar,
    what: "added frames later than a beat, of the same",
    value: overRounds(ours, floor, (one, other) => one.late - other.late),
    unit: "frames",
    goal: 0,
    details: of((sample) => sample.late, "late"),
  };
  const first = ours.flatMap(({ firstFramesMs }) => firstFramesMs);
  const firstOfFloor = floor.flatMap(({ firstFramesMs }) => firstFramesMs);
  const ofFirst = (share: number): string =>
    `ours ${percentile(first, share).toPrecision(3)} ms, floor ${percentile(firstOfFloor, share).toPrecision(3)} ms`;
  yield {
    bar,
    what: "added time to the first frame, of one more stream",
    value: percentile(first, 0.99) - percentile(firstOfFloor, 0.99),
    unit: "ms p99",
    goal: 1,
    details: `of ${first.length} calls, p99: ${ofFirst(0.99)}; p50: ${ofFirst(0.5)}`,
  };
}
