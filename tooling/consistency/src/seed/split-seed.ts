export type SeedUnit = {
  readonly number: number;
  /** The heading below which it stands. */
  readonly section: string;
  readonly kind: "sentence" | "item" | "diagram" | "example";
  readonly text: string;
};

type Found = Omit<SeedUnit, "number">;

/**
 * The seed document as what can be shown or not: its sentences, list items, and what its diagrams and its example say.
 * Headings, labels in bold and the frames of diagrams say nothing by themselves.
 *
 * @throws Error for a line of which it does not know what it is, so that none gets lost
 */
export function splitSeed(document: string): SeedUnit[] {
  const blocks = document.split(/^(```\w+\n[\s\S]*?^```$)/mu);
  const found: Found[] = [];
  let section = "";
  for (const block of blocks) {
    const [, language, body = ""] = /^```(\w+)\n([\s\S]*?)^```$/mu.exec(block) ?? [];
    if (language === "mermaid") found.push(...splitDiagram(section, body));
    else if (language !== undefined) found.push({ section, kind: "example", text: body });
    else {
      for (const line of block.split("\n")) {
        section = /^#+ (.+)$/u.exec(line)?.[1] ?? section;
        found.push(...splitLine(section, line.trim()));
      }
    }
  }
  return found.map((unit, at) => ({ number: at + 1, ...unit }));
}

function splitLine(section: string, line: string): Found[] {
  if (line === "" || /^(?:#+ .*|<\/?cite>|\*\*[^*]+\*\*)$/u.test(line)) return [];
  const [, item] = /^(?:-|\d+\.) (.+)$/u.exec(line) ?? [];
  if (item !== undefined) return [{ section, kind: "item", text: item }];
  return line.split(/(?<=[.:]) (?=[A-Z])/u).map((text) => ({ section, kind: "sentence", text }));
}

/** What only opens, closes, names or colors something. */
const frame =
  /^(?:classDiagram|sequenceDiagram|erDiagram|(?:flowchart|graph|participant|subgraph|style) .+|end|\}|\w+\[.+\])$/u;
const arrow = /-->|->>|\|\|--|--\|\|/u;

function splitDiagram(section: string, body: string): Found[] {
  let owner = "";
  return body.split("\n").flatMap((line): Found[] => {
    if (arrow.test(line)) return [{ section, kind: "diagram", text: line }];
    const [, opened] = /^(?:class )?(\w+) \{$/u.exec(line) ?? [];
    owner = opened ?? (line === "}" ? "" : owner);
    if (line === "" || opened !== undefined || frame.test(line)) return [];
    if (owner === "") throw new Error(`What is this line of a diagram: ${line}`);
    return [{ section, kind: "diagram", text: `${owner}: ${line.replace(/^\+/u, "")}` }];
  });
}
