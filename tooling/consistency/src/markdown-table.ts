/** A Markdown table as oxfmt writes it: every column as wide as its widest cell. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", String.raw`\|`)));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [first = [], ...rest] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...rest.map(line)].join("\n");
}

/** Names with underscores as code, and `name` itself, unless they are already. */
export function withCode(text: string, name: string): string {
  return text.replaceAll(/`[^`]*`|\b[a-z]\w*(?:\.\w+)*\b/gu, (match) =>
    match === name || /^[a-z\d]+_/u.test(match) ? `\`${match}\`` : match,
  );
}
