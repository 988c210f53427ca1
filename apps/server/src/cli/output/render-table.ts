import type { Color, Style } from "./style.ts";
import { fit, printable, widthOf } from "./text-width.ts";

export type Cell = string | { readonly text: string; readonly color: Color };
export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

const gap = 2;
const narrowest = 6;

/** A table no wider than the terminal: the widest columns give way, and their texts end with an ellipsis. */
export function renderTable(
  { head, rows }: Table,
  options: { readonly width: number; readonly style: Style },
): string {
  const { style } = options;
  const texts = rows.map((row) => head.map((_, at) => printable(textOf(row[at] ?? ""))));
  const widths = head.map((title, at) =>
    Math.max(widthOf(title), ...texts.map((row) => widthOf(row[at] ?? ""))),
  );
  shrink(widths, options.width - gap * (head.length - 1));
  const line = (cells: readonly string[], paint: (text: string, at: number) => string): string =>
    cells
      .map((text, at) => {
        const shown = fit(text, widths[at] ?? 0);
        const padding = at === cells.length - 1 ? "" : " ".repeat((widths[at] ?? 0) - widthOf(shown) + gap);
        return `${paint(shown, at)}${padding}`;
      })
      .join("")
      .trimEnd();
  const body = texts.map((row, number) =>
    line(row, (text, at) => {
      const cell = rows[number]?.[at];
      return typeof cell === "object" ? style(cell.color, text) : text;
    }),
  );
  return [line(head, (text) => style("dim", text)), ...body].map((text) => `${text}\n`).join("");
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

/** Takes from the widest until all fit, or none can give more. */
function shrink(widths: number[], available: number): void {
  for (let over = widths.reduce((sum, width) => sum + width, 0) - available; over > 0; over -= 1) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
}
