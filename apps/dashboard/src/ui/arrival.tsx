import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

/** First words of what takes the place of a form: focus goes there, since what had it is gone. */
export function Arrival({ children }: { children: ReactNode }): ReactElement {
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => words.current?.focus(), []);
  return (
    <p ref={words} tabIndex={-1} data-arrival className="text-ink-muted">
      {children}
    </p>
  );
}
