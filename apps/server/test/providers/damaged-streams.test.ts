import { readFile } from "node:fs/promises";
import { Ollama } from "ollama";
import OpenAI, { AzureOpenAI } from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { damagedByAzure, damagedStreams, toFault, type DamagedStream } from "./damaged-streams.ts";
import { canaryKey, openBench, outcomeOf, transports, type ProviderBench } from "./provider-bench.ts";

const page = "docs/damaged-streams.md";
const allStreams = [...damagedStreams, ...damagedByAzure];

test("[vector 1] [vector 2] [vector 3] [vector 10] there are 22 of them", () => {
  expect(damagedStreams).toHaveLength(22);
  expect(new Set(damagedStreams.map(({ what, dialect }) => `${dialect}: ${what}`)).size).toBe(22);
});

describe.each(allStreams)("$id $dialect: $what", (stream) => {
  test.each(
    transports.flatMap((transport) => [[transport, "streamed"] as const, [transport, "whole"] as const]),
  )(`ends in ${stream.code} over %s, %s`, async (transport, mode) => {
    await using bench = await openBench(stream.dialect, transport);
    bench.faults.set({ fault: toFault(stream) });

    const outcome = await outcomeOf(bench, mode);

    expect(outcome).toMatchObject({ error: { code: stream.code } });
    expect("parts" in outcome && outcome.parts.some((part) => part.type === "finish")).toBe(false);
    expect(bench.journal.entries()).toHaveLength(1);
  });
});

// The clients print what they pass over.
beforeEach(() => {
  for (const method of ["warn", "error", "log"] as const) vi.spyOn(console, method).mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

test(`${page} tells what the official clients make of the same bytes`, async () => {
  const rows: string[] = [];
  for (const stream of allStreams) {
    await using bench = await openBench(stream.dialect, "undici");
    bench.faults.set({ fault: toFault(stream) });
    rows.push(
      `| ${stream.id} | ${stream.dialect} | ${stream.what} | \`${stream.code}\` | ${await officialVerdict(stream, bench)} |`,
    );
  }

  const table = (await readFile(new URL(`../../../../${page}`, import.meta.url), "utf8"))
    .split("\n")
    .filter((row) => /^\| [AD]\d/u.test(row))
    .map((row) => row.replaceAll(/ +\|/gu, " |"));
  expect(table).toEqual(rows);
});

/** What a client of the protocol's author throws, or the text that it takes for the answer. */
async function officialVerdict({ dialect }: DamagedStream, { url, request }: ProviderBench): Promise<string> {
  let text = "";
  const { model } = request;
  const messages = [{ role: "user" as const, content: "Hi" }];
  try {
    if (dialect !== "ollama") {
      const settings = { apiKey: canaryKey, maxRetries: 0, timeout: 5_000 };
      const client =
        dialect === "openai"
          ? new OpenAI({ baseURL: `${url}/v1`, ...settings })
          : new AzureOpenAI({ endpoint: url, apiVersion: "2024-10-21", deployment: model, ...settings });
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices?.[0]?.delta?.content ?? "";
      }
    } else {
      const client = new Ollama({ host: url });
      for await (const line of await client.chat({ model, messages, stream: true }))
        text += line.message.content;
    }
    return text === "" ? "**success, with nothing**" : `**success: ${text}**`;
  } catch (error) {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : "";
  }
}
