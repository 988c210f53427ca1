import { DomainError } from "@corral/core";
import { z } from "zod";

const start = "corral-key:";

/** What stands in the place of a stored key, and of the values of stored headers. */
export function toPlaceholder(uid: string): string {
  return `${start}${uid}`;
}

/**
 * The connection that a placeholder names; `undefined` for a text that is a key.
 *
 * @throws DomainError `invalid_input` for half a placeholder: it must never be saved as a key.
 */
export function readPlaceholder(text: string): string | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith(start)) return undefined;
  const uid = z.uuid().safeParse(trimmed.slice(start.length));
  if (uid.success) return uid.data.toLowerCase();
  throw new DomainError("invalid_input", "A key begins as a placeholder does, and is none.");
}
