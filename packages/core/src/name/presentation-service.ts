import type { Catalog } from "../catalog/catalog.ts";
import { createCallerView } from "../catalog/caller-view.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { findModel } from "../catalog/model-table.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { isSameJson } from "../json-equality.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { ModelPresentation, PresentationView, UpdatePresentation } from "./presentation.ts";

/** Which models everybody is offered first. Administrators choose; everybody sees what is for them. */
export interface PresentationService {
  get(actor: Actor): PresentationView;
  /** @throws DomainError `access_denied`, `revision_conflict`, `model_not_found`. */
  update(actor: Actor, input: UpdatePresentation, context: WriteContext): Promise<PresentationView>;
}

type Ports = { readonly catalog: Catalog; readonly unitOfWork: UnitOfWork; readonly health: HealthBoard };

export function createPresentationService(ports: Ports): PresentationService {
  const { catalog, unitOfWork, health } = ports;
  const view = (actor: Actor) => toView({ snapshot: catalog.current(), health }, actor);

  return {
    get: view,
    async update(actor, { revision, ...input }, { requestId }) {
      assertAdministrator(actor);
      const author = { actorId: actor.principal.userId, requestId, action: "models.updatePresentation" };
      const { change } = await unitOfWork.write(author, async ({ presentation }) => {
        const snapshot = catalog.current();
        const stored = await presentation.get();
        if (stored.revision !== revision) {
          throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
        }
        const next = withoutTheGone(snapshot, { ...stored, ...toUids(snapshot, actor, input) });
        return isSameJson(next, stored) ? stored : presentation.save(next);
      });
      await catalog.acknowledge(change);
      return view(actor);
    },
  };
}

function toUids(
  snapshot: CatalogSnapshot,
  actor: Actor,
  input: Omit<UpdatePresentation, "revision">,
): Partial<ModelPresentation> {
  const uidOf = (path: string) => (id: string) => {
    const entry = snapshot.findByName(id);
    const mayRead = entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
    const uid = mayRead ? entry.uid : snapshot.findAlias(id)?.uid;
    if (uid !== undefined) return uid;
    throw new DomainError("model_not_found", `The model "${id}" does not exist, or you may not see it.`, {
      details: { issues: [{ path: [path], message: `${id} is not a model that you may see` }] },
    });
  };
  const { default: first, pinned, order } = input;
  return {
    ...(first !== undefined && { defaultUid: first === null ? null : uidOf("default")(first) }),
    ...(pinned && { pinnedUids: [...new Set(pinned.map(uidOf("pinned")))] }),
    ...(order && { orderUids: [...new Set(order.map(uidOf("order")))] }),
  };
}

function withoutTheGone(snapshot: CatalogSnapshot, presentation: ModelPresentation): ModelPresentation {
  const isThere = (uid: string) =>
    snapshot.findByUid(uid)?.uid === uid || snapshot.findAliasByUid(uid) !== undefined;
  const { revision, defaultUid, pinnedUids, orderUids } = presentation;
  return {
    revision,
    defaultUid: defaultUid !== null && isThere(defaultUid) ? defaultUid : null,
    pinnedUids: pinnedUids.filter(isThere),
    orderUids: orderUids.filter(isThere),
  };
}

function toView(
  { snapshot, health }: { readonly snapshot: CatalogSnapshot; readonly health: HealthBoard },
  actor: Actor,
): PresentationView {
  const contents = contentsOf(snapshot);
  const { visible } = createCallerView(contents, health, actor);
  const show = (uid: string): PresentationView["pinned"] => {
    const alias = snapshot.findAliasByUid(uid);
    if (alias !== undefined) return snapshot.resolveAlias(actor, alias).ok ? [{ uid, id: alias.id }] : [];
    const model = findModel(contents.models, uid);
    if (model?.entry.uid !== uid || !visible.mayRead(model)) return [];
    if (!mayName(actor.credential, model.entry)) return [];
    const isGuarded = model.hidden || model.forWriters;
    return isGuarded && !visible.mayWrite(model) ? [] : [{ uid, id: model.entry.id }];
  };
  const { revision, defaultUid, pinnedUids, orderUids } = snapshot.settings.presentation;
  return {
    revision: actor.principal.role === "admin" ? revision : null,
    default: findDefault(snapshot, actor, defaultUid),
    pinned: pinnedUids.flatMap(show),
    order: orderUids.flatMap(show),
  };
}

/** A default that the caller may not call is none. */
function findDefault(
  snapshot: CatalogSnapshot,
  actor: Actor,
  uid: string | null,
): PresentationView["default"] {
  if (uid === null) return null;
  const alias = snapshot.findAliasByUid(uid);
  if (alias !== undefined) return snapshot.resolveAlias(actor, alias).ok ? { uid, id: alias.id } : null;
  const entry = snapshot.findByUid(uid);
  return entry?.uid === uid && snapshot.resolve(actor, entry).ok ? { uid, id: entry.id } : null;
}
