import { Search } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState } from "react";

import { useDebounced } from "../lib/use-debounced.ts";

type SearchFieldProps = { label: string; value: string; onValueChange: (value: string) => void };

const restMs = 200;

/** Reports what was typed once the typing rests; `/` moves focus here. */
export function SearchField({ label, value, onValueChange }: SearchFieldProps): ReactElement {
  const [text, setText] = useState(value);
  const settled = useDebounced(text, restMs);
  const reported = useRef(value);

  useEffect(() => {
    if (settled === reported.current) return;
    reported.current = settled;
    onValueChange(settled);
  }, [settled, onValueChange]);

  // Back, or a filter that was cleared: the address has the last word.
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setText(value);
  }, [value]);

  return (
    <label className="control search-field">
      <Search size={16} aria-hidden className="text-ink-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        data-page-search
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
