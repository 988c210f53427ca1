const maxLength = 500;

/** What upstreams print that nobody should read: credentials, account ids, addresses. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(?:bearer|basic)\s+[\w.~+/*=-]{6,}/giu, "[redacted]"],
  [
    /\b(?:sk|pk|rk|gsk|xai|hf|pplx|nvapi|AIza|eyJ|org|proj|user|acct|asst|sess)[-_][\w*.-]{4,}/gu,
    "[redacted]",
  ],
  [/\b(?:AIza|eyJ)[\w*.-]{16,}/gu, "[redacted]"],
  [/\b[\da-f]{32,}\b/giu, "[redacted]"],
  [/\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s"'<>)\]]+/giu, "[address]"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/gu, "[address]"],
  [/\[[\da-f:]{3,}(?:%\w+)?\](?::\d{1,5})?/giu, "[address]"],
  [/\b(?:localhost|[a-z\d-]+(?:\.[a-z\d-]+)+):\d{2,5}\b/giu, "[address]"],
];

/**
 * An upstream's text as it may be logged and shown: without credentials, account ids and addresses, one line, at most
 * 500 characters.
 *
 * @param secrets Values that must not appear whatever they look like, e.g. the connection's key.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  // Patterns look at a bounded text: the longest useful message is far shorter.
  let clean = text.slice(0, 8_192);
  for (const secret of secrets) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, "[redacted]");
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  // oxlint-disable-next-line no-control-regex -- removing control characters is the point
  clean = clean.replace(/[\u0000-\u001f\u007f-\u009f\s]+/gu, " ").trim();
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength).toWellFormed()}…`;
}
