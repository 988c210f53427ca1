/** Takes one value. What it returns, if anything, is waited for before the next value comes. */
export type Take<Value> = (value: Value) => Promise<void> | undefined;

/** Values that arrive over time. They can be read once: iterated, or taken as they come. */
export interface Flow<Value> extends AsyncIterable<Value> {
  /**
   * Gives `take` each value in the turn in which it arrived, without the promises that iterating makes for each.
   * Resolves when all were taken. When something fails, or `take` throws, the flow is left and the error thrown.
   */
  each?(take: Take<Value>): Promise<void>;
}

/** Takes each value, by the shortest way that the flow has. */
export async function takeEach<Value>(flow: Flow<Value>, take: Take<Value>): Promise<void> {
  if (flow.each !== undefined) return flow.each(take);
  for await (const value of flow) await take(value);
}
