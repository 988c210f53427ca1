import { errorCodes, type ErrorCode } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import { mayName } from "../identity/key-allow-list.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import type { CallTarget, CatalogEntry, Resolution } from "./catalog-snapshot.ts";
import type { IndexedModel } from "./indexed-model.ts";
import { decidedRights } from "./model-access.ts";
import { findModel } from "./model-table.ts";
import { walkChain, type ChainWalk } from "./walk-chain.ts";

export type Refusal = Extract<Resolution, { ok: false }>;

/** Whether and where a call of this actor may go. What the actor may not read answers like what does not exist. */
export function resolveEntry(contents: CatalogContents, actor: Actor, entry: CatalogEntry): Resolution {
  if (!mayName(actor.credential, entry)) return refuse("model_not_found");
  return resolveTarget(contents, actor, entry);
}

/** As {@link resolveEntry}, for what was named by something else: a key need not name it too. */
export function resolveTarget(contents: CatalogContents, actor: Actor, { uid }: CatalogEntry): Resolution {
  const rights = decidedRights(contents, actor.principal);
  const model = findModel(contents.models, uid);
  if (model === undefined || !rights.mayRead(model)) return refuse("model_not_found");
  const walk = walkChain(contents, rights, model);
  const refusal = refuseCall(actor, model, walk);
  const { chain, base } = walk;
  if (refusal !== undefined || base === undefined) return refusal ?? refuse("base_missing");
  return {
    ok: true,
    model: {
      entry: model.entry,
      chain: chain.map(({ entry }) => entry),
      base,
      records: chain.flatMap(({ entry }) => {
        const record = entry.kind === "base" ? entry.override : entry.record;
        return record === null ? [] : [{ uid: record.uid, revision: record.revision }];
      }),
      targets: walk.candidates.filter(isUsable),
    },
  };
}

/** Why a model that the actor may read cannot be called by them. */
export function refuseCall(actor: Actor, model: IndexedModel, walk: ChainWalk): Refusal | undefined {
  if (!mayInvoke(actor)) return refuse("access_denied", "This API key lacks the scope `gateway:invoke`.");
  if (!model.isActive) return refuse("model_inactive");
  if (walk.retired !== undefined) return refuse("model_retired", retiredText(walk.retired));
  if (walk.failure !== undefined) return refuse(walk.failure);
  const listed = walk.candidates.filter(({ placement }) => placement.missingSince === null);
  if (listed.length === 0) return refuse("gone_upstream", goneSince(walk));
  if (!listed.some(isUsable)) {
    return refuse("upstream_unavailable", "The connection that serves this model is switched off.");
  }
  return undefined;
}

function goneSince({ candidates }: ChainWalk): string {
  const [last] = candidates
    .flatMap(({ placement }) => placement.missingSince ?? [])
    .toSorted()
    .toReversed();
  return last === undefined
    ? "No connection serves this model any longer."
    : `The provider has not listed this model since ${last}.`;
}

function isUsable({ connection, placement }: CallTarget): boolean {
  return connection.enabled && placement.missingSince === null;
}

function mayInvoke({ credential }: Actor): boolean {
  if (credential.kind === "session" || credential.scopes === "owner") return true;
  return credential.scopes.has("gateway:invoke");
}

export function refuse(code: ErrorCode, message: string = errorCodes[code].meaning): Refusal {
  return { ok: false, code, message };
}

function retiredText({ retiresAt }: ModelLifecycle): string {
  return `The model, or one that it is built on, was retired on ${retiresAt?.slice(0, 10) ?? "an earlier day"}.`;
}
