import { errorCodes, errorSpec, type ErrorCode } from "./error-codes.ts";

/** The Markdown of `docs/errors.md`. */
export function renderErrorTable(): string {
  const codes = Object.keys(errorCodes) as ErrorCode[]; // safe: the keys of the table itself
  const rows = codes.map((code) => {
    const spec = errorSpec(code);
    const seed = spec.seedStatus ?? spec.status;
    return `| \`${code}\` | ${spec.status} | ${seed} | ${spec.retryable ? "yes" : "no"} | ${spec.meaning} | ${spec.remedy} |`;
  });
  return [
    "# Errors",
    "",
    "Generated from `packages/core/src/error/error-codes.ts`. *Status* is what tRPC, `/v1` and the inference routes answer;",
    "*management* is what the REST management routes answer.",
    "",
    "| code | status | management | retry | meaning | what to do |",
    "|---|--:|--:|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
