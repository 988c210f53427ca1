import { type ReactElement, useEffect, useRef } from "react";

import { format } from "../../lib/format.ts";
import { mPlayground } from "../../messages/playground.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { ErrorBox } from "../../ui/error-box.tsx";
import type { Turn } from "./use-chat.ts";

export function TurnView({ turn }: { turn: Turn }): ReactElement {
  const { prompt, text, reasoning, notes, state, problem } = turn;
  const end = useFollow(turn);
  return (
    <article className="turn" aria-busy={state === "waiting" || state === "streaming"}>
      <h2 className="sr-only">{mPlayground.question()}</h2>
      <p className="turn-prompt">{prompt}</p>
      <h2 className="sr-only">{mPlayground.answer()}</h2>
      {reasoning !== "" && (
        <Disclosure label={mPlayground.reasoning()} isInitiallyOpen={text === ""}>
          <p className="turn-text text-ink-muted">{reasoning}</p>
        </Disclosure>
      )}
      {state === "waiting" && <p className="text-ink-muted">{mPlayground.waiting()}</p>}
      {text !== "" && <p className="turn-text">{text}</p>}
      {problem && (
        <ErrorBox
          title={mPlayground.failed()}
          detail={`${problem.message} ${problem.remedy}`}
          requestId={problem.requestId}
        />
      )}
      {notes.length > 0 && (
        <ul className="turn-notes">
          {notes.map((note) => (
            <li key={note.param}>{mPlayground.note(note)}</li>
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
    ...(state === "stopped" ? [mPlayground.stopped()] : []),
    ...(finishReason === "length" ? [mPlayground.cut()] : []),
    ...(firstWordMs === undefined ? [] : [mPlayground.firstWord({ time: format.durationMs(firstWordMs) })]),
    ...(usage ? [mPlayground.usage({ prompt: usage.promptTokens, completion: usage.completionTokens })] : []),
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
