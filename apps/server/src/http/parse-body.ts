import { toIssues } from "@corral/api";
import { DomainError } from "@corral/core";
import type { z } from "zod";

/** Reads a body by its schema. @throws DomainError `invalid_input` with the path of what is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = toIssues(parsed.error);
  const first = issues[0];
  const where = first === undefined || first.path.length === 0 ? "The body" : first.path.join(".");
  throw new DomainError("invalid_input", `${where}: ${first?.message ?? "wrong value"}.`, {
    details: { issues },
  });
}
