type Scalar = string | number | boolean;

/** Options that a model may give several times; they are a list even when there is one. */
const lists: ReadonlySet<string> = new Set(["stop"]);

/** Reads `parameters` of `/api/show`: a name, padding and a value in Go's syntax a line, lists as repeated lines. */
export function readParameterText(text: string): Record<string, Scalar | readonly Scalar[]> {
  const values = new Map<string, Scalar[]>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*(\S+)\s+(\S.*)$/u.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    values.set(name, [...(values.get(name) ?? []), readGoValue(value.trim())]);
  }
  return Object.fromEntries(
    Array.from(values, ([name, all]) => {
      const [first] = all;
      return [name, all.length > 1 || first === undefined || lists.has(name) ? all : first];
    }),
  );
}

function readGoValue(text: string): Scalar {
  if (text === "true" || text === "false") return text === "true";
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu.test(text)) return Number(text);
  return /^".*"$/u.test(text) ? unquote(text.slice(1, -1)) : text;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unquote(text: string): string {
  return text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/gu, (whole, escape: string) => {
    if (escape.length === 1) return escapes[escape] ?? escape;
    const codePoint = Number.parseInt(escape.slice(1), 16);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });
}
