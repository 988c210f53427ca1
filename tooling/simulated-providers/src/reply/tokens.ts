/** Cuts text into words with their leading blanks, a fair likeness of tokens; joined again they are the text. */
export function toTokens(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

export function countTokens(text: string): number {
  return toTokens(text).length;
}
