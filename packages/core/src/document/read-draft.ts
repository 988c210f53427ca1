import type { z } from "zod";
import { DomainError } from "../error/domain-error.ts";

/** Reads a draft as the single call would. @throws DomainError `invalid_input`. */
export function readDraft<T>(schema: z.ZodType<T>, draft: object): T {
  const parsed = schema.safeParse(draft);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "number" ? part : String(part))),
    message,
  }));
  const [first] = issues;
  throw new DomainError(
    "invalid_input",
    `${first?.path.join(".") ?? "The item"}: ${first?.message ?? "has a wrong value"}`,
    {
      details: { issues },
    },
  );
}
