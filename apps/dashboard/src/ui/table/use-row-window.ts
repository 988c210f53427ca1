import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";

import { useAppearance } from "../../lib/appearance.ts";

const overscan = 8;

export type RowWindow = {
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  first: number;
  /** One past the last. */
  end: number;
  beforePx: number;
  afterPx: number;
};

/** Which rows stand in the document, and how high the rest is. Row heights are fixed, never measured. */
export function useRowWindow(region: RefObject<HTMLDivElement | null>, total: number): RowWindow {
  const [density] = useAppearance("density");
  const headPx = getLengthPx("--head-row");
  // The React Compiler, which this warns about, is off.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: total,
    getScrollElement: () => region.current,
    estimateSize: () => getLengthPx("--row"),
    overscan,
    // The head stands above the rows and, sticking, hides what scrolls under it.
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    useFlushSync: false,
  });

  useEffect(() => virtualizer.measure(), [density, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const [firstItem, lastItem] = [items[0], items.at(-1)];
  return {
    virtualizer,
    first: firstItem?.index ?? 0,
    end: lastItem ? lastItem.index + 1 : 0,
    beforePx: firstItem ? firstItem.start - headPx : 0,
    afterPx: lastItem ? virtualizer.getTotalSize() + headPx - lastItem.end : 0,
  };
}

/** These tokens are in rem, so that rows grow with the reader's text size. */
function getLengthPx(token: "--row" | "--head-row"): number {
  const style = getComputedStyle(document.documentElement);
  return Number.parseFloat(style.getPropertyValue(token)) * Number.parseFloat(style.fontSize);
}
