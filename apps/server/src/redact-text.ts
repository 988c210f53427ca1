const hidden = "[redacted]";
/** A value ends where a text, a JSON string, or the next part of an address or header does. */
const value = String.raw`[^\s"'\\&,;<>]+`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/(\b[a-z][a-z0-9+.-]{1,15}:\/\/)[^\s"'\\/@]*@/giu, `$1${hidden}@`],
  [new RegExp(String.raw`\b(Bearer|Basic)\s+${value}`, "giu"), `$1 ${hidden}`],
  // headers and the query's own names for what is secret
  [
    new RegExp(
      String.raw`((?:authorization|cookie|set-cookie|x-api-key|api[-_]?key|access[-_]?token|refresh[-_]?token|id[-_]?token|client[-_]?secret|password|passwd|secret|signature|[?&](?:key|token|code|sig))\\?["']?\s*[=:]\s*\\?["']?)(?!\[redacted\]|(?:Bearer|Basic)\b)${value}`,
      "giu",
    ),
    `$1${hidden}`,
  ],
  // our own keys and those of most providers
  [/\b(?:sk|pk|rk|gsk|xai|hf|AIza|AKIA|ghp)[-_][A-Za-z0-9_-]{12,}/gu, hidden],
];

/** The text without the credentials that can be told by their shape or by what stands before them. */
export function redactText(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
