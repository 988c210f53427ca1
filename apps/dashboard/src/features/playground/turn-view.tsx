import { type ReactElement, useEffect, useRef } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { ErrorBox } from "../../ui/error-box.tsx";
import type { Turn } from "./use-chat.ts";

export function TurnView({ turn }: { turn: Turn }): ReactElement {
  const { prompt, text, reasoning, notes, state, problem } = turn;
  const end = useFollow(turn);
  return (
    <article className="turn" aria-busy={state === "waiting" || state === "streaming"}>
      <h2 className="sr-only">{m.playground.question()}</h2>
      <p className="turn-prompt">{prompt}</p>
      <h2 className="sr-only">{m.playground.answer()}</h2>
      {reasoning !== "" && (
        <Disclosure label={m.playground.reasoning()} isInitiallyOpen={text === ""}>
          <p className="turn-text text-ink-muted">{reasoning}</p>
        </Disclosure>
      )}
      {state === "waiting" && <p className="text-ink-muted">{m.playground.waiting()}</p>}
      {text !== "" && <p className="turn-text">{text}</p>}
      {problem && (
        <ErrorBox
          title={m.playground.failed()}
          detail={`${problem.message} ${problem.remedy}`}
          requestId={problem.requestId}
        />
      )}
      {notes.length > 0 && (
        <ul className="turn-notes">
          {notes.map((note) => (
            <li key={note.param}>{m.playground.note(note)}</li>
          ))}
        </ul>
      )}
      <Figures turn={turn} />
      <span ref={end} />
    </article>
  );
}

function Figures({ turn }: { turn: Turn }): ReactElement | null {
  const { state, usage, firstWordMs, finishReason } = turn;
  const figures = [
    ...(state === "stopped" ? [m.playground.stopped()] : []),
    ...(finishReason === "length" ? [m.playground.cut()] : []),
    ...(firstWordMs === undefined ? [] : [m.playground.firstWord({ time: format.durationMs(firstWordMs) })]),
    ...(usage
      ? [m.playground.usage({ prompt: usage.promptTokens, completion: usage.completionTokens })]
      : []),
  ];
  return figures.length === 0 ? null : <p className="text-small text-ink-muted">{figures.join(" · ")}</p>;
}

const nearEndPx = 120;

/** Follows the growing answer for those who read at its end, and lets those who have scrolled up read on. */
function useFollow(turn: Turn) {
  const end = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const scroller = end.current?.closest(".conversation");
    if (!scroller) return;
    const isNearEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEndPx;
    if (isNearEnd || turn.state === "waiting") scroller.scrollTop = scroller.scrollHeight;
  }, [turn]);
  return end;
}
