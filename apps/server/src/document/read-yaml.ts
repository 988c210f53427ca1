/*
 * Knows nothing of Corral, so that the thread that runs it starts quickly.
 */

/** Why a text is not read. */
export class YamlRefusal extends Error {}

export type YamlBounds = { readonly depth: number; readonly aliases: number };

/**
 * YAML 1.2 as plain data: no tags, no explicit or compound keys, few aliases, bounded depth. What is refused is refused
 * while the text is only cut into tokens, because the parser's own time can grow with the power of the nesting.
 *
 * @throws YamlRefusal
 */
export async function readYaml(text: string, bounds: YamlBounds): Promise<unknown> {
  // read on first use: it is not small, and most servers never need it
  const { Lexer, CST, parseDocument, visit } = await import("yaml");
  assertTame(new Lexer().lex(text), CST.tokenType, bounds);
  const document = parseDocument(text, {
    schema: "core",
    stringKeys: true,
    // pair by pair it would take the square of the number of keys
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const line = text.slice(0, problem.pos[0]).split("\n").length;
    throw new YamlRefusal(`in line ${line}: ${toSentence(problem.code)}`);
  }
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = String(key);
        if (keys.has(name))
          throw new YamlRefusal(`the key ${JSON.stringify(name.slice(0, 64))} stands twice in one place`);
        keys.add(name);
      }
    },
  });
  // safe: the library's type for anything at all
  return document.toJS({ maxAliasCount: bounds.aliases }) as unknown;
}

export async function writeYaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function assertTame(
  tokens: Iterable<string>,
  typeOf: (token: string) => string | null,
  bounds: YamlBounds,
): void {
  let depth = 0;
  let dashes = 0;
  let aliases = 0;
  for (const token of tokens) {
    const type = typeOf(token);
    if (type === "explicit-key-ind") throw new YamlRefusal("keys that start with ? are not read");
    if (type === "tag") throw new YamlRefusal("tags such as !!set are not read");
    if (type === "flow-map-start" || type === "flow-seq-start") depth += 1;
    else if (type === "flow-map-end" || type === "flow-seq-end") depth -= 1;
    else if (type === "seq-item-ind") dashes += 1;
    else if (type === "newline") dashes = 0;
    else if (type === "alias") aliases += 1;
    if (Math.max(depth, dashes) > bounds.depth) {
      throw new YamlRefusal(`it is nested more than ${bounds.depth} levels deep`);
    }
    if (aliases > bounds.aliases) throw new YamlRefusal(`it has more than ${bounds.aliases} aliases`);
  }
}

/** The library's own sentence quotes the text, which may hold what nobody should read in a log. */
function toSentence(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
