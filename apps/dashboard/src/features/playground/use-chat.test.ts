import { describe, expect, it } from "vitest";

import { applyEvents, toMessages, type Turn } from "./use-chat.ts";

const waiting: Turn = { id: 0, prompt: "Hello?", text: "", reasoning: "", notes: [], state: "waiting" };

describe("a conversation", () => {
  it("keeps reasoning apart from the answer, and remembers when the first word came", () => {
    const note = {
      param: "max_tokens",
      action: "renamed" as const,
      to: "max_completion_tokens",
      reason: "OpenAI's name",
    };
    const begun = applyEvents(
      waiting,
      [
        { type: "start", model: "m", notes: [note] },
        { type: "reasoning", choice: 0, text: "Hm." },
      ],
      120,
    );
    const done = applyEvents(
      begun,
      [
        { type: "text", choice: 0, text: "Yes" },
        { type: "text", choice: 0, text: "." },
        { type: "finish", choice: 0, reason: "stop" },
      ],
      450,
    );

    expect(done).toMatchObject({
      text: "Yes.",
      reasoning: "Hm.",
      notes: [note],
      firstWordMs: 120,
      finishReason: "stop",
      state: "streaming",
    });
  });

  it("still waits while nothing has been said", () => {
    expect(applyEvents(waiting, [{ type: "start", model: "m", notes: [] }], 10)).toEqual(waiting);
  });

  it("leaves out questions that never got an answer", () => {
    const failed: Turn = { ...waiting, state: "failed" };
    const answered: Turn = { ...waiting, id: 1, text: "Hi.", state: "done" };

    expect(toMessages([failed, answered], "And now?")).toEqual([
      { role: "user", content: "Hello?" },
      { role: "assistant", content: "Hi." },
      { role: "user", content: "And now?" },
    ]);
  });
});
