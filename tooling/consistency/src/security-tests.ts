import { renderTable } from "./markdown-table.ts";
import { listFiles, readText } from "./repository.ts";
import { expectedTests, inapplicableTests, securityTests } from "./security-test-list.ts";

/** Tests, the tables that they run over, and the measurements that stand for tests of time. */
const testSources =
  /^(?:(?:apps|packages|tooling)\/.*(?:\.test\.tsx?|\/test\/.*\.ts)|tooling\/bench\/src\/bars\/.*\.ts)$/;

/** Titles in one string, however it is quoted. */
const title = /(["'`])((?:(?!\1)[^\n\\]|\\.)*)\1/gu;

export type SecurityMention = { readonly id: string; readonly file: string; readonly title: string };

/** Every id in the title of a test: `[AC-05] …` or `SES-1, SES-4: …`. */
export function findSecurityMentions(file: string, text: string): SecurityMention[] {
  return [...text.matchAll(title)].flatMap(([, , words = ""]) =>
    [...words.matchAll(/(?<![\w-])([A-Z]{2,5}-\d{1,2})(?![\w-])(?=.*\s)/gu)]
      .filter(([, id = ""]) => id in securityTests)
      .map(([, id = ""]) => ({ id, file, title: withoutIds(words) })),
  );
}

function withoutIds(words: string): string {
  return words
    .replaceAll(/\[(?:[A-Z]{2,5}-\d{1,2}|vector \d+)\] ?/gu, "")
    .replace(/^(?:[A-Z]{2,5}-\d{1,2}(?:, |: ))+/u, "");
}

export function listSecurityMentions(): SecurityMention[] {
  const files = listFiles(testSources).filter((file) => !file.startsWith("tooling/consistency/"));
  return [...files, ...ownTests].flatMap((file) => findSecurityMentions(file, readText(file)));
}

/** Rules over the source that are tests of their own. */
const ownTests = [
  "tooling/consistency/src/security-rules.test.ts",
  "tooling/consistency/src/supply-chain.test.ts",
];

export type SecurityList = {
  readonly ids: readonly string[];
  readonly expected: Readonly<Record<string, string>>;
  readonly inapplicable: Readonly<Record<string, string>>;
};

/** What the list of ids and the tests do not agree on. */
export function findSecurityProblems(
  { ids, expected, inapplicable }: SecurityList,
  mentions: readonly SecurityMention[],
): string[] {
  const isTested = (id: string): boolean => mentions.some((mention) => mention.id === id);
  return [
    ...ids
      .filter((id) => !isTested(id) && expected[id] === undefined && inapplicable[id] === undefined)
      .map((id) => `${id}: no test is named after it, and nothing says why`),
    ...[...Object.keys(expected), ...Object.keys(inapplicable)]
      .filter((id) => !ids.includes(id))
      .map((id) => `${id}: has a reason, but there is no such id`),
    ...Object.keys(expected)
      .filter(isTested)
      .map((id) => `${id}: is tested by now, so nothing is expected any more`),
  ];
}

export const securityList: SecurityList = {
  ids: Object.keys(securityTests),
  expected: expectedTests,
  inapplicable: inapplicableTests,
};

/** The table of `docs/security.md`. */
export function renderSecurityTable(mentions: readonly SecurityMention[]): string {
  return renderTable(
    ["id", "promise", "shown by"],
    Object.entries(securityTests).map(([id, promise]) => [id, promise, renderProof(id, mentions)]),
  );
}

function renderProof(id: string, mentions: readonly SecurityMention[]): string {
  const own = mentions.filter((mention) => mention.id === id);
  const shown = new Map(own.map((mention) => [`${mention.file} ${mention.title}`, mention]));
  const tests = [...shown.values()].map(
    ({ file, title: words }) => `${words.replaceAll(/[%$`|<>{}]/gu, "…")} ([${nameOf(file)}](../${file}))`,
  );
  const reason = expectedTests[id] ?? inapplicableTests[id];
  return [...tests, ...(reason === undefined ? [] : [`_${reason}_`])].join("; ");
}

function nameOf(file: string): string {
  return (
    file
      .split("/")
      .at(-1)
      ?.replace(/(?:\.test)?\.tsx?$/u, "") ?? file
  );
}
