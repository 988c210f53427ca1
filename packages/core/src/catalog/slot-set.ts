/** A set of slots (small dense integers), one bit each. */
export type SlotSet = Uint32Array;

export function createSlotSet(capacity: number): SlotSet {
  return new Uint32Array((capacity + 31) >>> 5);
}

export function countSlots(set: SlotSet): number {
  let count = 0;
  for (let word of set) for (; word !== 0; word &= word - 1) count += 1;
  return count;
}

export function hasSlot(set: SlotSet, slot: number): boolean {
  return (((set[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
}

export function addSlot(set: SlotSet, slot: number): void {
  set[slot >>> 5] = (set[slot >>> 5] ?? 0) | (1 << (slot & 31));
}

export function removeSlot(set: SlotSet, slot: number): void {
  set[slot >>> 5] = (set[slot >>> 5] ?? 0) & ~(1 << (slot & 31));
}
