import { z } from "zod";
import type { Mutant } from "./mutant.ts";

/** What vitest's JSON reporter writes, as far as it matters here. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/**
 * `killed`: the test failed because what it states does not hold. `survived`: it passed. `broken`: it did not come to
 * stating anything, such as where the file could not be loaded.
 */
export type Verdict = { readonly outcome: "killed" | "survived" | "broken"; readonly because: string };

/** An assertion's own error, or what our tests throw when a call succeeds that was to fail. */
const stated =
  /^(?:AssertionError|Error: (?:expected |promise (?:resolved|rejected) |the call did not fail as expected))/u;

/** @param text The report; empty where there is none. */
export function judgeRun(text: string, { says }: Mutant["test"]): Verdict {
  if (text === "") return { outcome: "broken", because: "the run ended without a report" };
  const { testResults } = reportSchema.parse(JSON.parse(text));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failures = tests
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => ({ fullName, message: failureMessages?.[0] ?? "" }));
  const right = failures.find(({ message }) =>
    says === undefined ? stated.test(message) : message.includes(says),
  );
  if (right !== undefined) return { outcome: "killed", because: firstLine(right.message) };
  const [wrong] = failures;
  if (wrong !== undefined) return { outcome: "broken", because: firstLine(wrong.message) };
  const passed = tests.filter(({ status }) => status === "passed").length;
  if (passed > 0) return { outcome: "survived", because: `${passed} passed` };
  const message = testResults.map((result) => result.message ?? "").join(" ");
  return { outcome: "broken", because: firstLine(message) || "no test bears that title" };
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]?.slice(0, 160) ?? "";
}

/** For vitest's `-t`: the title, whatever stands in its placeholders, and how it goes on. */
export function toPattern({ title, which = "" }: Pick<Mutant["test"], "title" | "which">): string {
  const escaped = title.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  const filled = escaped.replaceAll(/%[sijd]|\\\$\w+/gu, ".*");
  return which === "" ? filled : `${filled}.*${which.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)}`;
}
