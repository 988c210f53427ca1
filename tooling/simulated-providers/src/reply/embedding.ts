/** A unit vector that depends on the text alone: equal texts get equal vectors, different ones different vectors. */
export function embed(text: string, dimensions: number): number[] {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  const values = Array.from({ length: dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9;
    state ^= state >>> 13;
    return (state >>> 0) / 2 ** 31 - 1;
  });
  return toUnit(values);
}

/** Cuts a vector and brings what is left back to length one. */
export function cutEmbedding(vector: number[], dimensions: number): number[] {
  return toUnit(vector.slice(0, dimensions));
}

function toUnit(vector: number[]): number[] {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  // Servers compute in single precision; so every number survives a base64 round trip unchanged.
  return vector.map((value) => Math.fround(value / length));
}
