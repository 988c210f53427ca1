export type FrameGatherer<Item> = { add: (item: Item) => void; flush: () => void };

/** Hands over what has gathered once a frame; at once on `flush`, also where frames have stopped, as in hidden tabs. */
export function createFrameGatherer<Item>(deliver: (items: readonly Item[]) => void): FrameGatherer<Item> {
  let waiting: Item[] = [];
  let frame: number | undefined;
  const flush = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    const items = waiting;
    waiting = [];
    if (items.length > 0) deliver(items);
  };
  return {
    add: (item) => {
      waiting.push(item);
      frame ??= requestAnimationFrame(flush);
    },
    flush,
  };
}
