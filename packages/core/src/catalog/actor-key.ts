import type { Actor } from "../identity/actor.ts";
import { principalKey } from "./visible-models.ts";

/** Everything about an actor that may change an answer. Two actors with one key are given the same answers. */
export function actorKey({ principal, permissions, credential }: Actor): string {
  const credentialKey =
    credential.kind === "session"
      ? []
      : [credential.keyId, credential.scopes === "owner" ? null : [...credential.scopes].toSorted()];
  return `${principalKey(principal)}${JSON.stringify([[...permissions].toSorted(), credentialKey])}`;
}
