import type { Permission, Principal } from "@corral/access-control";
import type { Actor } from "../identity/actor.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import { countRetired } from "./lifecycle-index.ts";

type Keys = Pick<CatalogContents, "answers" | "lifecycles" | "now">;

/**
 * Everything about an actor and the hour that may change an answer. Two actors with one key are given the same answers.
 */
export function actorKey(contents: Keys, { principal, permissions, credential }: Actor): string {
  const retired = countRetired(contents.lifecycles, contents.now());
  const key = `${principalKey(contents, principal)}${permissionsKey(contents, permissions)}${retired || ""}`;
  if (credential.kind === "session") return key;
  const { keyId, scopes, models } = credential;
  const allowList = models && [[...models.uids].toSorted(), models.patterns.toSorted()];
  return key + JSON.stringify([keyId, scopes === "owner" ? null : [...scopes].toSorted(), allowList]);
}

/** Tells principals apart as far as access goes. */
export function principalKey({ answers }: Pick<Keys, "answers">, principal: Principal): string {
  const known = answers.keys.get(principal);
  if (known !== undefined) return known;
  const { userId, role, status, bypass, groupIds } = principal;
  const key = JSON.stringify([userId, role, status, bypass, ...[...groupIds].toSorted()]);
  answers.keys.set(principal, key);
  return key;
}

function permissionsKey({ answers }: Pick<Keys, "answers">, permissions: ReadonlySet<Permission>): string {
  const known = answers.keys.get(permissions);
  if (known !== undefined) return known;
  const key = JSON.stringify([...permissions].toSorted());
  answers.keys.set(permissions, key);
  return key;
}
