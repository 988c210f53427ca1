import type { HealthBoard } from "../connection/connection-health.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import { actorKey } from "./actor-key.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { createCallerView, SeenModel, type CallerView } from "./caller-view.ts";
import { pageCacheBytes, type CatalogContents } from "./catalog-contents.ts";
import type { CatalogEntry, CatalogSnapshot } from "./catalog-snapshot.ts";
import { FacetCounter } from "./count-facets.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { listSlots, type ListedSlots } from "./listed-slots.ts";
import { toModelFilters } from "./match-model.ts";
import { contentsOf } from "./memory-snapshot.ts";
import { visibilityOf } from "./model-access.ts";
import { findModel } from "./model-table.ts";
import type { ModelQuery } from "./model-query.ts";
import type { ModelLimits, ModelPage, ModelRow } from "./model-row.ts";
import { revisionText } from "./revision-text.ts";
import { findLimit, toModelRow } from "./to-model-row.ts";

/** The catalog and how its connections are, at one moment. */
export type CatalogView = { readonly snapshot: CatalogSnapshot; readonly health: HealthBoard };

/** A query, and whether the surface shows hidden models to everyone who may read them. */
export type CatalogQuery = ModelQuery & { readonly showHidden?: boolean };

/**
 * One page of the models that the actor is shown. Runs no SQL and asks no provider.
 *
 * @returns A frozen page; the same object for the same question until the catalog or a connection's health changes.
 */
export function queryCatalog(
  { snapshot, health }: CatalogView,
  actor: Actor,
  query: CatalogQuery,
): ModelPage {
  const contents = contentsOf(snapshot);
  const pages = pageCache(contents, health);
  const key = `${snapshot.revision.catalog} ${health.epoch} ${actorKey(contents, actor)} ${JSON.stringify(query)}`;
  const known = pages.get(key);
  if (known !== undefined) return known;
  const view = createCallerView(contents, health, actor);
  const page = deepFreeze(createPage(view, query, revisionText(snapshot.revision)));
  pages.set(key, page, estimateBytes(page) + 2 * key.length);
  return page;
}

/** One model as a list would show it, whether or not it is listed; `undefined` for what the actor may not read. */
export function findModelRow(on: CatalogView, actor: Actor, uid: string): ModelRow | undefined {
  const found = findSeen(on, actor, uid);
  return found === undefined ? undefined : deepFreeze(toModelRow(found.view, found.seen));
}

/** How much one model takes, for those who may read it. */
export function findModelLimits(on: CatalogView, actor: Actor, uid: string): ModelLimits | undefined {
  const found = findSeen(on, actor, uid);
  return found && toLimits(found.seen);
}

function toLimits(seen: SeenModel): ModelLimits {
  const limitOf = (fact: keyof ModelLimits): ModelLimits[keyof ModelLimits] => {
    const value = findLimit(seen, fact);
    return value === null ? { source: "unknown", value } : { source: "detected", value };
  };
  return { contextLength: limitOf("contextLength"), maxOutputTokens: limitOf("maxOutputTokens") };
}

function findSeen({ snapshot, health }: CatalogView, actor: Actor, uid: string) {
  const view = createCallerView(contentsOf(snapshot), health, actor);
  const model = findModel(view.contents.models, uid);
  if (model === undefined || !mayName(actor.credential, model.entry)) return undefined;
  return view.visible.mayRead(model) ? { view, seen: new SeenModel(view, model) } : undefined;
}

/** Row and limits of what the actor has just written, and with it may have lost the right to read. */
export function findWritten(
  { snapshot, health }: CatalogView,
  actor: Actor,
  uid: string,
): { readonly row: ModelRow; readonly limits: ModelLimits } | undefined {
  const view = createCallerView(contentsOf(snapshot), health, actor);
  const model = findModel(view.contents.models, uid);
  if (model === undefined) return undefined;
  const seen = new SeenModel(view, model);
  return { row: deepFreeze(toModelRow(view, seen)), limits: toLimits(seen) };
}

function createPage(view: CallerView, query: CatalogQuery, revision: string): ModelPage {
  const listed = listSlots(view, query);
  const { slots, total, facets } = selectSlots(view, query, listed);
  const { contents, actor } = view;
  return {
    rows: slots.flatMap((slot) => {
      const model = contents.models.rows[slot];
      return model === undefined ? [] : toModelRow(view, new SeenModel(view, model));
    }),
    total,
    ...(facets !== undefined && { facets }),
    revision,
    empty: total > 0 ? null : whyEmpty(contents, listed),
    ...(actor.principal.role === "admin" && { administratorsOnly: countUnshared(contents) }),
    ...(view.seesConnections && { connections: toLamps(view) }),
  };
}

/** Every model that a query matches, whatever its page. */
export function listMatching(
  { snapshot, health }: CatalogView,
  actor: Actor,
  query: CatalogQuery,
): readonly CatalogEntry[] {
  const view = createCallerView(contentsOf(snapshot), health, actor);
  const listed = listSlots(view, query);
  const all = { ...query, offset: 0, limit: listed.length, facets: false };
  const { rows } = view.contents.models;
  return selectSlots(view, all, listed).slots.flatMap((slot) => rows[slot]?.entry ?? []);
}

type Selection = {
  readonly slots: readonly number[];
  readonly total: number;
  readonly facets?: ModelPage["facets"];
};

function selectSlots(view: CallerView, query: CatalogQuery, listed: ListedSlots): Selection {
  const filters = toModelFilters(view, query);
  // The conditions of facets are cheap to check in the order they stand in; a text search comes after those.
  const conditions = query.facets ? filters.always : [...Object.values(filters.facets), ...filters.always];
  // Most models fail here already, before anything is made for them; facets count the tags themselves.
  const tagged = query.facets ? undefined : filters.tagged;
  const counter = query.facets ? new FacetCounter(view, filters) : undefined;
  if (conditions.length === 0 && counter === undefined) {
    return { slots: listed.page(query), total: listed.length };
  }
  const all = listed.all(tagged);
  const end = query.offset + query.limit;
  const slots: number[] = [];
  let total = 0;
  for (let at = 0; at < all.length; at += 1) {
    const slot = all[query.direction === "asc" ? at : all.length - 1 - at] ?? -1;
    const model = view.contents.models.rows[slot];
    if (model === undefined) continue;
    const seen = new SeenModel(view, model);
    if (!conditions.every((matches) => matches(seen)) || counter?.take(seen) === false) continue;
    if (total >= query.offset && total < end) slots.push(model.slot);
    total += 1;
  }
  return { slots, total, facets: counter?.toFacets() };
}

function whyEmpty({ models }: CatalogContents, listed: ListedSlots): ModelPage["empty"] {
  if (models.size === 0) return "no_models";
  return listed.length === 0 ? "nothing_shared" : "nothing_matches";
}

/** How many models are shared with nobody and belong to nobody. */
function countUnshared(contents: CatalogContents): number {
  const { answers, models } = contents;
  answers.administratorsOnly ??= models.rows.filter(
    (model) =>
      model !== undefined &&
      (model.entry.kind === "base" || model.entry.record.ownerId === null) &&
      visibilityOf(contents, model.entry) === "private",
  ).length;
  return answers.administratorsOnly;
}

function toLamps({ contents, health }: CallerView): NonNullable<ModelPage["connections"]> {
  return contents.connectionOrder.map(({ uid, name, enabled }) => {
    const { state = "unknown", since = "", errorCode = null } = health.of(uid) ?? {};
    return { uid, name, state: enabled ? state : "disabled", since, errorCode };
  });
}

function pageCache({ answers }: CatalogContents, health: HealthBoard): BoundedCache<ModelPage> {
  const pages = answers.pages.get(health) ?? new BoundedCache<ModelPage>(pageCacheBytes);
  answers.pages.set(health, pages);
  return pages;
}

// Roughly what V8 needs: the texts are mostly shared with the catalog, so the objects count.
function estimateBytes({ rows, facets, connections }: ModelPage): number {
  const lines = Object.values(facets ?? {}).flat().length + (connections?.length ?? 0);
  return 500 + rows.length * 400 + lines * 100;
}
