/** What a table puts in for itself, and `…` for the rest of a title. */
const open = /%[sdifjo#$]|\$\w+(?:\.\w+)*|\$\{[^}]*\}|…$/gu;

/** Titles as the promise means them: `%s` is every row of a table, `…` the rest. */
export function toTitlePattern(title: string): RegExp {
  const fixed = title.split(open).map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  return new RegExp(`^${fixed.join("[^]+")}$`, "u");
}

/** Titles in one string, however it is quoted. */
const quoted = /(["'`])((?:(?!\1)[^\n\\]|\\.)*)\1/gu;

/** Whether a test file has each part of `describe > test` as a title: said cheaply, before anything has run. */
export function hasTitle(text: string, title: string): boolean {
  const titles = [...text.matchAll(quoted)].map(([, , words = ""]) => words);
  return title.split(" > ").every((part) => {
    const [pattern, example] = [toTitlePattern(part), part.replaceAll(open, "x")];
    return titles.some(
      (each) => pattern.test(each) || (isTemplate(each) && toTitlePattern(each).test(example)),
    );
  });
}

/** Not a mere `${value}`, which would stand for anything. */
function isTemplate(words: string): boolean {
  return words.replaceAll(open, "").length > 8;
}
