import { readFile } from "node:fs/promises";
import { expect, inject, it } from "vitest";

import { type LlamaRecordings, recordingsFile, recordLlamaServer, shapeOf } from "./llama-recordings.ts";

const llama = inject("llama");

it.skipIf(llama === null)(
  "the recordings that the provider's contract replays are what the real server says today, and what the provider sends",
  async () => {
    if (llama === null) return;
    // safe: written by the recorder
    const kept = JSON.parse(await readFile(recordingsFile, "utf8")) as LlamaRecordings;

    const now = await recordLlamaServer(llama);

    const compared = ({ recordings }: LlamaRecordings) =>
      recordings.map(({ name, sent, reply }) => ({
        name,
        sent,
        status: reply.status,
        headers: reply.headers,
        shape: shapeOf(reply.body),
      }));
    expect(compared(now)).toEqual(compared(kept));
    expect(JSON.stringify(kept)).not.toMatch(/\/(?:tmp|home|root)\//u);
  },
);
