const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** What terminals draw two cells wide: East Asian scripts and pictures. */
const wide =
  /^(?:\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Cells that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) width += cellsOf(segment);
  return width;
}

/** As much of a text as fits, with an ellipsis for the rest. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let taken = "";
  let left = width - 1;
  for (const { segment } of segments.segment(text)) {
    left -= cellsOf(segment);
    if (left < 0) break;
    taken += segment;
  }
  return `${taken}…`;
}

/** Without what would move the cursor or change the colors: names come from everywhere. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === "\n" ? "⏎" : "�",
  );
}

function cellsOf(segment: string): number {
  if (invisible.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}
