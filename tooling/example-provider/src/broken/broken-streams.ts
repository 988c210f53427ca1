import type { ChatStreamPart } from "@corral/core";
import { broken, inTheMiddle, streaming, type Batches, type BrokenProvider } from "./broken-provider.ts";

const finish: ChatStreamPart = { type: "finish", choice: 0, reason: "stop", raw: null };

/** Streams that end, begin or break as they must not. */
export const brokenStreams: readonly BrokenProvider[] = [
  streaming(
    "takes an answer without its end for a whole one",
    `${inTheMiddle}an end without the terminal marker`,
    async function* (batches) {
      try {
        yield* batches;
      } catch {
        yield [finish];
      }
    },
  ),
  streaming(
    "ends with a finish and then with the error",
    `${inTheMiddle}a broken connection`,
    async function* (batches) {
      try {
        yield* batches;
      } catch (error) {
        yield [finish];
        throw error;
      }
    },
  ),
  broken("asks again after the first byte", `${inTheMiddle}a broken connection`, (provider) => ({
    async streamChat(request, options) {
      const first = await provider.streamChat(request, options);
      const again = () => provider.streamChat(request, options);
      return { notes: first.notes, batches: continueWith(first.batches, again) };
    },
  })),
  broken(
    "waits for the whole answer before it streams",
    `${inTheMiddle}an error in a later frame`,
    (provider) => ({
      async streamChat(request, options) {
        const stream = await provider.streamChat(request, options);
        const all = await collect(stream.batches);
        return { ...stream, batches: fromList(all) };
      },
    }),
  ),
  broken(
    "opens the stream before it knows of an error",
    `${inTheMiddle}an error in the first frame`,
    (provider) => ({
      async streamChat(request, options) {
        return { notes: [], batches: lateStream(() => provider.streamChat(request, options)) };
      },
    }),
  ),
  streaming("ends twice", "answers: begins each choice", async function* (batches) {
    for await (const batch of batches)
      yield batch.some((part) => part.type === "finish") ? [...batch, finish] : batch;
  }),
  streaming("does not begin", "answers: begins each choice", async function* (batches) {
    for await (const batch of batches) yield batch.filter((part) => part.type !== "message-start");
  }),
  streaming("says the usage after the end", "answers: begins each choice", async function* (batches) {
    const parts = (await collect(batches)).flat();
    const usage = parts.filter((part) => part.type === "usage");
    yield [...parts.filter((part) => part.type !== "usage"), ...usage];
  }),
  streaming(
    "keeps the connection when its consumer leaves",
    "cancelling: closes the connection when its consumer leaves",
    (batches) => {
      const iterator = batches[Symbol.asyncIterator]();
      return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
    },
  ),
  streaming(
    "keeps the connection when the taker of its batches throws",
    "taking batches as they come: closes the connection when the taker throws at once",
    (batches) =>
      withEach(batches, async (take) => {
        const iterator = batches[Symbol.asyncIterator]();
        for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
          await take(next.value);
      }),
  ),
  streaming(
    "does not wait for the taker of its batches",
    "taking batches as they come: gives what iterating gives",
    (batches) =>
      withEach(batches, async (take) => {
        const taken: unknown[] = [];
        for await (const batch of batches) taken.push(take(batch));
        await Promise.all(taken);
      }),
  ),
  streaming(
    "gives the takers of its batches no error",
    "taking batches as they come: throws what breaks the stream",
    (batches) =>
      withEach(batches, async (take) => {
        try {
          for await (const batch of batches) await take(batch);
        } catch {
          // taken for the end
        }
      }),
  ),
  broken(
    "makes a whole answer of half a one",
    `${inTheMiddle}the same failures end a whole answer`,
    (provider) => ({
      async chat(request, options) {
        const parts: ChatStreamPart[] = [];
        const stream = await provider.streamChat(request, options);
        try {
          for await (const batch of stream.batches) parts.push(...batch);
        } catch {
          // taken for the end
        }
        const text = parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
        return { notes: stream.notes, completion: { choices: [choiceOf(text)], usage: undefined } };
      },
    }),
  ),
  broken("forgets the usage of whole answers", "answers: gives the same answer whole", (provider) => ({
    async chat(request, options) {
      const { notes, completion } = await provider.chat(request, options);
      return { notes, completion: { ...completion, usage: undefined } };
    },
  })),
];

function withEach(batches: Batches, each: NonNullable<Batches["each"]>): Batches {
  return { [Symbol.asyncIterator]: () => batches[Symbol.asyncIterator](), each };
}

async function* continueWith(
  batches: Batches,
  again: () => Promise<{ readonly batches: Batches }>,
): AsyncGenerator<readonly ChatStreamPart[]> {
  try {
    yield* batches;
  } catch {
    for await (const batch of (await again()).batches) yield batch;
  }
}

async function* fromList(
  batches: readonly (readonly ChatStreamPart[])[],
): AsyncGenerator<readonly ChatStreamPart[]> {
  yield* batches;
}

async function* lateStream(
  open: () => Promise<{ readonly batches: Batches }>,
): AsyncGenerator<readonly ChatStreamPart[]> {
  yield* (await open()).batches;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function choiceOf(text: string) {
  const rest = { reasoning: "", refusal: null, toolCalls: [], logprobs: null, rawFinishReason: null };
  return { index: 0, text, finishReason: "stop" as const, ...rest };
}
