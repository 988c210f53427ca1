import { errorCodes, errorSpec, renderErrorTable, type ErrorCode } from "@corral/core";
import type { ParamTableRow } from "@corral/provider-kit";
import { ollamaParamTable } from "@corral/provider-ollama";
import { openaiParamTable } from "@corral/provider-openai";

import { renderTable, withCode } from "./markdown-table.ts";
import { readText } from "./repository.ts";
import { readSeed } from "./seed/read-seed.ts";
import { renderSeedPage } from "./seed/render-seed-page.ts";
import { listSecurityMentions, renderSecurityTable } from "./security-tests.ts";

export type GeneratedPage = { readonly page: string; readonly text: string };

/** Every page that says what code says, as it should be. Written by `pnpm gen:docs`. */
export function listGeneratedPages(): GeneratedPage[] {
  const errors = renderProviderErrors();
  return [
    { page: "docs/errors.md", text: renderErrorTable() },
    { page: "docs/seed.md", text: renderSeedPage(readSeed()) },
    withSections("docs/security.md", { tests: renderSecurityTable(listSecurityMentions()) }),
    withSections("packages/provider-kit/README.md", { errors }),
    withSections("packages/provider-ollama/README.md", { params: renderParams(ollamaParamTable), errors }),
    withSections("packages/provider-openai/README.md", { params: renderParams(openaiParamTable), errors }),
  ];
}

function renderParams(rows: readonly ParamTableRow[]): string {
  return renderTable(
    ["param", "becomes", "range", "since", "note"],
    rows.map(({ param, becomes, range, since, note }) => [
      `\`${param}\``,
      withCode(becomes, param),
      ...[range, since, note].map((text) => withCode(text, "")),
    ]),
  );
}

/** What providers throw besides everything that is `upstream_…`. */
const otherCodes: readonly ErrorCode[] = [
  "invalid_input",
  "unsupported_feature",
  "outbound_denied",
  "context_length_exceeded",
  "content_filtered",
  "insufficient_quota",
  "circuit_open",
  "request_cancelled",
];

function renderProviderErrors(): string {
  const codes = Object.keys(errorCodes) as ErrorCode[]; // safe: the keys of the table itself
  const thrown = codes.filter((code) => code.startsWith("upstream_") || otherCodes.includes(code));
  return renderTable(
    ["code", "try again", "meaning", "what to do"],
    thrown.map((code) => {
      const { retryable, meaning, remedy } = errorSpec(code);
      return [`\`${code}\``, retryable ? "yes" : "no", meaning, remedy];
    }),
  );
}

/** The page with what stands between `<!-- generated: NAME -->` and `<!-- /generated -->` made anew. */
function withSections(page: string, sections: Readonly<Record<string, string>>): GeneratedPage {
  const text = Object.entries(sections).reduce((before, [name, section]) => {
    const marked = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- /generated -->)`, "u");
    if (!marked.test(before)) throw new Error(`${page} has no place for ${name}.`);
    return before.replace(marked, (_, start: string, end: string) => `${start}\n${section}\n\n${end}`);
  }, readText(page));
  return { page, text };
}
