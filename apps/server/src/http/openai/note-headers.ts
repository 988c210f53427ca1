import type { ParamNote } from "@corral/core";

/** What was changed in the parameters that the caller sent; values that the model stores are never named. */
export function noteHeaders(notes: readonly ParamNote[]): Record<string, string> {
  if (notes.length === 0) return {};
  const text = notes
    .map(({ param, action, to }) => `${param} ${action}${to === undefined ? "" : ` to ${to}`}`)
    .join("; ");
  return { "x-corral-param-notes": text.replace(/[^\u0020-\u007e]/gu, "?").slice(0, 2_000) };
}
