import { widthOf } from "./text-width.ts";

/** Breaks lines that are wider than the terminal at their spaces, with the same indent. */
export function wrapLines(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (widthOf(line) > width ? wrapLine(line, width) : line))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  const indent = /^ */u.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  for (const word of line.trim().split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? `${indent}${word}` : `${last} ${word}`;
    if (last === undefined || widthOf(longer) > width) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}
