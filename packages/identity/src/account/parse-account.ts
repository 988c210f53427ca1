import { DomainError } from "@corral/core";
import { z } from "zod";
import { assertPassword } from "../password/assert-password.ts";

/** Addresses are compared, and therefore kept, in lower case. */
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

const accountSchema = z.object({
  email: emailSchema,
  name: z
    .string()
    .trim()
    .min(1)
    .max(256)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), {
      message: "The name may not contain control characters.",
    }),
  password: z.string(),
});
export type NewAccount = z.output<typeof accountSchema>;

/** @throws DomainError `invalid_input`, `weak_password`. */
export function parseAccount(input: {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}): NewAccount {
  const parsed = accountSchema.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(toKey), message }));
    throw new DomainError("invalid_input", "The account's details are not valid.", { details: { issues } });
  }
  assertPassword(parsed.data.password, parsed.data);
  return parsed.data;
}

function toKey(part: PropertyKey): string | number {
  return typeof part === "symbol" ? String(part) : part;
}
