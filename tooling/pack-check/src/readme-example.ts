import { readFileSync } from "node:fs";

/** The first TypeScript block of a page, with what the reader would replace replaced. */
export function readExample(page: string, replacements: Readonly<Record<string, string>>): string {
  const block = /^```ts\n(?<code>[\s\S]*?)^```$/mu.exec(readFileSync(page, "utf8"));
  const code = block?.groups?.["code"];
  if (code === undefined) throw new Error(`${page} has no TypeScript example.`);
  return Object.entries(replacements).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example of ${page} does not say ${from}.`);
    return text.replaceAll(from, to);
  }, code);
}
