import { inject } from "vitest";
import { holdAnswers } from "./hold-answers.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test files say which answers they have seen. */
    answersFolder: string;
  }
}

/** Holds every answer of the Fastify instances that are made before its end against `/openapi.json`. */
export interface AnswerWatch extends Disposable {
  /** @throws what the description does not say. */
  assertDescribed(): void;
}

export function watchAnswers(): AnswerWatch {
  const problems = new Set<string>();
  const holding = holdAnswers(inject("answersFolder"), (problem) => problems.add(problem));
  return {
    assertDescribed() {
      if (problems.size === 0) return;
      throw new Error(
        `Answers that /openapi.json does not describe:\n${[...problems].toSorted().join("\n")}`,
      );
    },
    [Symbol.dispose]: () => holding[Symbol.dispose](),
  };
}

/** For `node`: holds what a server in a process of its own answers, and has it logged for `assertNoBugs`. */
export function answerWatchFlag(): string {
  const preload = new URL("preload-answer-watch.ts", import.meta.url);
  preload.searchParams.set("folder", inject("answersFolder"));
  return `--import=${preload.href}`;
}
