import { hasPermission } from "@corral/access-control";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { mayKnow } from "../catalog/find-readable.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { asActor, type PeopleChange } from "./compare-access.ts";
import type { Impact, ModelImpact } from "./compute-impact.ts";
import { toResolvedParams, type ResolvedParam, type ShowSource } from "./resolved-params.ts";
import type { ParamSetting } from "./param-settings.ts";
import type { ShownImpact, ShownPeople, UpdatePreview } from "./update-preview-schema.ts";

/** What an impact may be shown as. */
export type ImpactView = {
  readonly actor: Actor;
  readonly before: CatalogSnapshot;
  readonly after: CatalogSnapshot;
  readonly editedUid: string;
  readonly appears: boolean;
  readonly showSource: ShowSource;
};

/** An impact as the actor may see it: models they may read by name, all others as a number. */
export function showImpact(
  impact: Impact,
  view: ImpactView,
): Pick<UpdatePreview, "total" | "models" | "hidden" | "people" | "complete"> {
  const { before, actor } = view;
  const readable = impact.models.flatMap((model) => {
    const entry = before.findByUid(model.uid);
    return entry !== undefined && mayKnow(before, actor, entry) ? { model, entry } : [];
  });
  const countPeople = (of: keyof PeopleChange) =>
    new Set(impact.models.flatMap(({ access }) => access.callers[of])).size;
  return {
    total: impact.models.length,
    models: readable.slice(0, limits.previewNamed).map(({ model, entry }) => showModel(model, entry, view)),
    hidden: impact.models.length - readable.length,
    people: { gaining: countPeople("gained"), losing: countPeople("lost") },
    complete: impact.complete,
  };
}

function showModel(model: ModelImpact, entry: CatalogEntry, view: ImpactView): ShownImpact {
  const { before, after, actor, showSource, editedUid, appears } = view;
  const record = entry.kind === "base" ? entry.override : entry.record;
  const mayWrite = before.decide(actor.principal, "write", entry).allowed;
  const isEdited = model.uid === editedUid;
  const toShown = (setting: ParamSetting | undefined): ResolvedParam | null =>
    setting === undefined
      ? null
      : (toResolvedParams([setting], showSource, new Set([setting.name])).params[0] ?? null);
  return {
    uid: entry.uid,
    id: entry.id,
    name: record?.name ?? entry.id,
    isEdited,
    mayWrite,
    kinds: [...model.kinds, ...(isEdited && appears ? (["appearance"] as const) : [])],
    params: mayWrite
      ? model.params.map((change) => ({
          name: change.name,
          before: toShown(change.before),
          after: toShown(change.after),
        }))
      : null,
    readers: showPeople(model.access.readers, view),
    callers: showPeople(model.access.callers, view),
    delegation: model.delegation,
    forOwner: { before: refusalForOwner(before, model.uid), after: refusalForOwner(after, model.uid) },
  };
}

function showPeople({ gained, lost }: PeopleChange, view: ImpactView) {
  return { gained: nameSome(gained, view), lost: nameSome(lost, view) };
}

/** Names for those who may see accounts; for others their own, and those whom the edited model names. */
function nameSome(userIds: readonly string[], view: ImpactView): ShownPeople {
  const { actor, after } = view;
  const knowsAll = hasPermission(actor.principal, "users.read", actor.permissions);
  const known = knowsAll ? undefined : new Set([actor.principal.userId, ...namedByEdited(view)]);
  const named = userIds
    .filter((id) => known === undefined || known.has(id))
    .slice(0, limits.previewNamed)
    .flatMap((id) => {
      const user = after.findUser(id);
      return user === undefined ? [] : { id, name: user.name };
    });
  return { count: userIds.length, named };
}

function namedByEdited({ before, after, editedUid }: ImpactView): readonly string[] {
  return [before, after].flatMap((snapshot) => {
    const entry = snapshot.findByUid(editedUid);
    const access = entry?.kind === "base" ? entry.override?.access : entry?.record.access;
    return access?.kind === "restricted" ? [...access.read.userIds, ...access.write.userIds] : [];
  });
}

function refusalForOwner(snapshot: CatalogSnapshot, uid: string): ErrorCode | null {
  const entry = snapshot.findByUid(uid);
  if (entry?.kind !== "custom" || entry.record.ownerId === null) return null;
  const owner = snapshot.principalOf(entry.record.ownerId);
  if (owner === undefined) return null;
  const resolution = snapshot.resolve(asActor(owner), entry);
  return resolution.ok ? null : resolution.code;
}
