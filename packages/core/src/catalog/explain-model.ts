import type { AccessDecision } from "@corral/access-control";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import type { CatalogEntry, CatalogSnapshot } from "./catalog-snapshot.ts";
import { contentsOf } from "./memory-snapshot.ts";
import { decidedRights } from "./model-access.ts";
import { findModel } from "./model-table.ts";
import { walkChain, type ChainFailure } from "./walk-chain.ts";

/** Why a model is or is not on somebody's list: the first of these that applies. */
export const listingReasons = [
  "not_readable",
  "not_in_key",
  "inactive",
  "shadowed",
  "hidden",
  "listed",
] as const;
export type ListingReason = (typeof listingReasons)[number];

export type ModelExplanation = {
  readonly read: AccessDecision;
  readonly write: AccessDecision;
  readonly listing: ListingReason;
  /** What a call would be refused with; `null` when it would be let through. */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null;
  /** From the model down, as far as the caller may go. */
  readonly chain: readonly CatalogEntry[];
  /** What is wrong with the next hop, or with one that is inactive. */
  readonly failure: ChainFailure | null;
};

/** What lists, look-ups and calls decide about one model for one caller, with the reasons. */
export function explainModel(snapshot: CatalogSnapshot, actor: Actor, entry: CatalogEntry): ModelExplanation {
  const contents = contentsOf(snapshot);
  const model = findModel(contents.models, entry.uid);
  const read = snapshot.decide(actor.principal, "read", entry);
  const write = snapshot.decide(actor.principal, "write", entry);
  const resolution = snapshot.resolve(actor, entry);
  const refusal = resolution.ok ? null : { code: resolution.code, message: resolution.message };
  if (model === undefined || !read.allowed) {
    return { read, write, listing: "not_readable", refusal, chain: [], failure: null };
  }
  const walk = walkChain(contents, decidedRights(contents, actor.principal), model);
  const listing = listingOf(entry, {
    isNamed: mayName(actor.credential, entry),
    mayWrite: write.allowed,
    isActive: model.isActive,
    hidden: model.hidden,
  });
  const chain = walk.chain.map((hop) => hop.entry);
  return { read, write, listing, refusal, chain, failure: walk.failure ?? null };
}

function listingOf(
  entry: CatalogEntry,
  is: {
    readonly isNamed: boolean;
    readonly mayWrite: boolean;
    readonly isActive: boolean;
    readonly hidden: boolean;
  },
): ListingReason {
  if (!is.isNamed) return "not_in_key";
  if (is.mayWrite) return "listed";
  if (!is.isActive) return "inactive";
  if (entry.kind === "base" && entry.base.shadowed) return "shadowed";
  return is.hidden ? "hidden" : "listed";
}
