import { z } from "zod";
import { compare, cpuRatio, overRounds } from "../compare.ts";
import { assistant, assistantPrompt, createAssistant } from "../lab/assistant.ts";
import type { MeasuredProcess } from "../measured-process.ts";
import { sendOnce, WrongAnswer, type Call } from "../run-calls.ts";
import { describeSamples } from "../verdict.ts";
import type { Bar } from "./bar.ts";

const callsARound = 1_000;
const callsAloneARound = 400;

/** Bar 1: a whole chat call against a relay by bare node:http and undici, which checks and merges nothing. */
export const relayChat: Bar = async function* (lab, { rounds, profileDir }) {
  await using corral = await lab.startCorral();
  const urls = await lab.upstreams.ask("urls", z.array(z.string()));
  await using floor = await lab.startFloor("floor-relay", [new URL(urls[connection] ?? "").origin]);
  const key = await createAssistant(lab, corral, base);
  await assertMerged(corral, key);
  const ours = chatCall({ authorization: `Bearer ${key}` }, assistant);
  const plain = chatCall({}, null);
  const contestants = (calls: number) => ({
    ours: { process: corral, calls: () => repeat(ours, calls) },
    floor: { process: floor, calls: () => repeat(plain, calls) },
  });

  const busy = await compare(contestants(callsARound), { rounds, clients: 16, warmUps: 5, profileDir });
  yield {
    bar: 1,
    what: "POST /v1/chat/completions, whole, 16 clients",
    value: overRounds(busy.ours, busy.floor, cpuRatio),
    unit: "× CPU",
    goal: 1.5,
    details: describeSamples(busy),
  };
  const alone = await compare(contestants(callsAloneARound), { rounds, clients: 1 });
  yield {
    bar: 1,
    what: "added time of the same, one client",
    value: overRounds(alone.ours, alone.floor, (one, other) => one.p50Ms - other.p50Ms),
    unit: "ms p50",
    goal: 0.45,
    details: describeSamples(alone),
  };
};

const base = "base-3";
/** The seed serves base 3 from this one. */
const connection = 3;
const inspectMark = "__inspect__";

const chunkSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});
const arrivedSchema = z.looseObject({ model: z.string() });

/** The provider tells what arrived: the params of request, custom model and base, merged, and the prompt first. */
async function assertMerged(corral: MeasuredProcess, key: string): Promise<void> {
  const answer = await sendOnce(corral.url, {
    method: "POST",
    path: "/v1/chat/completions",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({
      ...chatBody(assistant),
      stream: true,
      messages: [{ role: "user", content: inspectMark }],
    }),
  });
  const frames = answer
    .toString()
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: {"));
  const chunks = frames.map((frame) => chunkSchema.parse(JSON.parse(frame.slice("data: ".length))));
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
  const arrived = JSON.stringify(arrivedSchema.parse(JSON.parse(text)));
  const expected = [
    `"model":"${base}"`,
    '"temperature":0.5',
    '"top_p":0.9',
    '"max_tokens":512',
    JSON.stringify(assistantPrompt),
  ];
  const missing = expected.filter((part) => !arrived.includes(part));
  if (missing.length > 0)
    throw new WrongAnswer(`The provider was not sent ${missing.join(", ")}: ${arrived}`);
}

const completionSchema = z.object({
  id: z.string(),
  model: z.string(),
  choices: z.tuple([
    z.object({ message: z.object({ content: z.string() }), finish_reason: z.literal("stop") }),
  ]),
  usage: z.object({ total_tokens: z.literal(18) }),
});
const content = "Prebuilt answer of the simulated OpenAI.";

/** @param asked What the answer must call itself; `null` where it passes unchanged. */
function chatCall(headers: Readonly<Record<string, string>>, asked: string | null): Call {
  return {
    method: "POST",
    path: "/v1/chat/completions",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(chatBody(asked ?? base)),
    check(answer) {
      const { success, data } = completionSchema.safeParse(JSON.parse(answer.toString()));
      if (success && data.choices[0].message.content === content && (asked === null || data.model === asked))
        return;
      throw new WrongAnswer(`/v1/chat/completions: ${answer.toString()}`);
    },
  };
}

function chatBody(model: string) {
  const text = "Our printer on the third floor prints every page twice since yesterday. What can I do?";
  return { model, temperature: 0.5, messages: [{ role: "user", content: text }] };
}

function repeat(call: Call, count: number): readonly Call[] {
  return Array.from({ length: count }, () => call);
}
