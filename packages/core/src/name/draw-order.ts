/**
 * Draws an order in which each item comes first as often as its weight says, and the rest follow alike. Items without
 * weight come last, as they stand: they are there for when the others fail.
 *
 * @param random From 0 up to 1.
 */
export function drawOrder<T extends { readonly weight: number }>(
  items: readonly T[],
  random: () => number,
): readonly T[] {
  const left = items.filter(({ weight }) => weight > 0);
  const drawn: T[] = [];
  while (left.length > 1) {
    let point = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    const at = left.findIndex(({ weight }) => (point -= weight) < 0);
    // Rounding may leave the point at the very end.
    drawn.push(...left.splice(at === -1 ? left.length - 1 : at, 1));
  }
  return [...drawn, ...left, ...items.filter(({ weight }) => weight <= 0)];
}
