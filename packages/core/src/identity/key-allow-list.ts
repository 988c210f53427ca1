import { matchesGlob } from "../model/match-glob.ts";
import type { Credential } from "./actor.ts";

/** The only models that a key may name. What those are built on is not part of it. */
export type KeyAllowList = {
  readonly uids: ReadonlySet<string>;
  /** Globs over the public name, looked at when the key is used: `llama*`. */
  readonly patterns: readonly string[];
};

/** Whether a credential may name this model at all; apart from what its owner may do with it. */
export function mayName(
  credential: Credential,
  model: { readonly uid: string; readonly id: string },
): boolean {
  if (credential.kind === "session" || credential.models === null) return true;
  const { uids, patterns } = credential.models;
  return uids.has(model.uid) || patterns.some((pattern) => matchesGlob(pattern, model.id));
}
