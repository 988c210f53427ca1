import { useEffect, useRef, useState } from "react";

import { copyText } from "../lib/clipboard.ts";
import { m } from "../lib/messages.ts";

const shownMs = 2_000;

/** A button label that says for two seconds how the copying went. */
export function useCopy(text: string, idleLabel = m.ui.copy()): { label: string; copy: () => void } {
  const [label, setLabel] = useState<string>();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text);
    setLabel(isCopied ? m.ui.copied() : m.ui.copyFailed());
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setLabel(undefined), shownMs);
  };
  return { label: label ?? idleLabel, copy: () => void copy() };
}
