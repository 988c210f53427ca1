import { defaultReply, inspectMark } from "./reply/default-reply.ts";
import type { Reply, ReplyRequest } from "./reply/reply.ts";

/** What the demo's models have to say, by what they are asked; the last row fits everything. */
const topics: { asks: RegExp; says: string }[] = [
  {
    asks: /\b(?:hello|hi|hey|good (?:morning|evening))\b/i,
    says: "Hello! I am a simulated model: everything between you and me is real, the connection, the stream, the access check and the token counts, only the thinking is not. Ask me something, or switch to another model and compare.",
  },
  {
    asks: /\b(?:code|function|typescript|python|bug)\b/i,
    says: "Here is a small example:\n\n```ts\nexport function sum(values: readonly number[]): number {\n  return values.reduce((total, value) => total + value, 0);\n}\n```\n\nIt takes a list it promises not to change, and returns 0 for an empty one. A real model would now explain your own code instead.",
  },
  {
    asks: /\b(?:summar|shorten|tl;?dr)/i,
    says: "In short:\n\n1. The first point carries most of the weight.\n2. The second explains why it matters now.\n3. The rest is detail that can wait.\n\nA real model would have read your text; this one only shows how a summary arrives.",
  },
  {
    asks: /\b(?:translat|german|french|deutsch)/i,
    says: "»Ein Modell ist nur so gut wie die Frage, die man ihm stellt.« That is what a translation would look like, umlauts and quotation marks included.",
  },
  {
    asks: /(?:)/,
    says: "That is a good question. A model of this size would probably begin with the general idea, add an example or two, and end with a caution: check anything that matters against a source you trust. Since I am simulated, I can only show you how such an answer streams, word by word, at roughly forty tokens a second.",
  },
];

/** Canned prose that shows which system prompt and how many images arrived; tools and formats as in tests. */
export function demoReply(request: ReplyRequest): Reply {
  const base = defaultReply(request);
  const isExact =
    base.toolCalls !== undefined || request.format !== undefined || request.prompt.includes(inspectMark);
  if (isExact) return base;
  const topic = topics.find(({ asks }) => asks.test(request.prompt));
  const images = request.turns.reduce((sum, turn) => sum + turn.images, 0);
  const lines = [
    ...request.system.map((text) => `I was told: “${shorten(text)}”`),
    ...(images > 0
      ? [`I was given ${images} image${images === 1 ? "" : "s"}, and a real model would describe it.`]
      : []),
    topic?.says ?? "",
    `(Simulated answer of ${request.model}.)`,
  ];
  const reasoning = `The user asks: “${shorten(request.prompt)}”. I should answer briefly, say that I am simulated, and stay friendly.`;
  return { text: lines.join("\n\n"), ...(request.thinks && { reasoning }) };
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
