import type { ChatEvent } from "@corral/api";
import { useCallback, useEffect, useRef, useState } from "react";

import { type Problem, toProblem } from "../../lib/problem.ts";
import { type ApiInputs, useTRPCClient } from "../../trpc.ts";
import { createFrameGatherer } from "./frame-gatherer.ts";

type ParamNotes = Extract<ChatEvent, { type: "start" }>["notes"];
type Usage = Extract<ChatEvent, { type: "usage" }>["usage"];

/** One question and what came of it. */
export type Turn = {
  id: number;
  prompt: string;
  text: string;
  reasoning: string;
  notes: ParamNotes;
  state: "waiting" | "streaming" | "done" | "stopped" | "failed";
  finishReason?: Extract<ChatEvent, { type: "finish" }>["reason"];
  usage?: Usage;
  /** From sending to the first word. */
  firstWordMs?: number;
  problem?: Problem;
};

export type ChatSettings = { model: string; params: NonNullable<ApiInputs["chat"]["stream"]["params"]> };

export type Chat = {
  turns: readonly Turn[];
  isRunning: boolean;
  send: (prompt: string, settings: ChatSettings) => void;
  stop: () => void;
  clear: () => void;
};

/** A conversation kept by this page alone. Words are drawn at most once a frame, however fast they come. */
export function useChat(): Chat {
  const client = useTRPCClient();
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const change = useCallback((id: number, toNext: (turn: Turn) => Turn) => {
    setTurns((all) => all.map((turn) => (turn.id === id ? toNext(turn) : turn)));
  }, []);

  const send = (prompt: string, { model, params }: ChatSettings): void => {
    const controller = new AbortController();
    running.current = controller;
    const turn: Turn = { id: turns.length, prompt, text: "", reasoning: "", notes: [], state: "waiting" };
    setTurns([...turns, turn]);
    const startedAtMs = performance.now();
    const gatherer = createFrameGatherer<ChatEvent>((events) => {
      change(turn.id, (latest) => applyEvents(latest, events, performance.now() - startedAtMs));
    });
    const run = async (): Promise<void> => {
      try {
        const input = { model, messages: toMessages(turns, prompt), params };
        const events = await client.chat.stream.mutate(input, { signal: controller.signal });
        for await (const event of events) gatherer.add(event);
        gatherer.flush();
        change(turn.id, (latest) => ({ ...latest, state: "done" }));
      } catch (error) {
        gatherer.flush();
        const isStopped = controller.signal.aborted;
        change(turn.id, (latest) =>
          isStopped
            ? { ...latest, state: "stopped" }
            : { ...latest, state: "failed", problem: toProblem(error) },
        );
      }
    };
    void run();
  };

  return {
    turns,
    isRunning: turns.some(({ state }) => state === "waiting" || state === "streaming"),
    send,
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      setTurns([]);
    },
  };
}

/** What was said so far; a question without an answer is not repeated. */
export function toMessages(turns: readonly Turn[], prompt: string): ApiInputs["chat"]["stream"]["messages"] {
  const answered = turns.filter((turn) => turn.text !== "");
  return [
    ...answered.flatMap((turn) => [
      { role: "user" as const, content: turn.prompt },
      { role: "assistant" as const, content: turn.text },
    ]),
    { role: "user", content: prompt },
  ];
}

export function applyEvents(turn: Turn, events: readonly ChatEvent[], elapsedMs: number): Turn {
  const next: Turn = { ...turn };
  for (const event of events) {
    if (event.type === "start") next.notes = event.notes;
    else if (event.type === "text" || event.type === "refusal") next.text += event.text;
    else if (event.type === "reasoning") next.reasoning += event.text;
    else if (event.type === "usage") next.usage = event.usage;
    else if (event.type === "finish") next.finishReason = event.reason;
  }
  const hasWords = next.text !== "" || next.reasoning !== "";
  if (hasWords) {
    next.state = "streaming";
    next.firstWordMs ??= elapsedMs;
  }
  return next;
}
