import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";

import { getAppearance } from "../../lib/appearance.ts";
import type { RowWindow } from "./use-row-window.ts";

type RowKeys = {
  current: number | undefined;
  events: {
    onKeyDown: (event: KeyboardEvent) => void;
    onFocus: (event: FocusEvent) => void;
  };
};

/** j and k, Home and End move focus along the links of the first column, scrolling rows into being as needed. */
export function useRowKeys(
  region: RefObject<HTMLDivElement | null>,
  rowWindow: RowWindow,
  total: number,
): RowKeys {
  const [current, setCurrent] = useState<number>();
  const wanted = useRef<number>(undefined);

  // The wanted row may only now have entered the document, or have got its data.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = region.current?.querySelector(`tr[aria-rowindex="${wanted.current + 2}"]`);
    const link = row?.querySelector<HTMLElement>("th a, th button");
    if (!link) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  });

  const moveTo = (index: number): void => {
    wanted.current = index;
    setCurrent(index);
    // The focused row may leave the document before the wanted one enters: no key may be lost in between.
    region.current?.focus({ preventScroll: true });
    rowWindow.virtualizer.scrollToIndex(index);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || total === 0 || isTyping(event.target)) return;
    const step = toStep(event.key);
    if (step === undefined) return;
    event.preventDefault();
    const from = current ?? -1;
    const target = { next: from + 1, previous: from - 1, first: 0, last: total - 1 }[step];
    moveTo(Math.min(total - 1, Math.max(0, target)));
  };

  const onFocus = (event: FocusEvent): void => {
    const rowIndex = event.target.closest("tbody tr")?.getAttribute("aria-rowindex");
    if (rowIndex) setCurrent(Number(rowIndex) - 2);
  };

  return { current, events: { onKeyDown, onFocus } };
}

function toStep(key: string): "next" | "previous" | "first" | "last" | undefined {
  if (key === "Home") return "first";
  if (key === "End") return "last";
  if (getAppearance("shortcuts") === "off") return undefined;
  if (key === "j") return "next";
  return key === "k" ? "previous" : undefined;
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
