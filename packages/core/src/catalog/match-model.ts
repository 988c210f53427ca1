import { markTagged } from "./mark-tagged.ts";
import { findBaseOf } from "./walk-chain.ts";
import type { CallerView, SeenModel } from "./caller-view.ts";
import type { ModelFacets } from "./model-row.ts";
import type { ModelQuery } from "./model-query.ts";
import { VisibleModels } from "./visible-models.ts";

export type FacetName = keyof ModelFacets;
type Matches = (seen: SeenModel) => boolean;

/** The conditions of a query: those of each facet apart, because a facet is counted without its own. */
export type ModelFilters = {
  readonly always: readonly Matches[];
  /** By slot: cheap enough to ask before anything is made for a model. */
  readonly tagged: Uint8Array | undefined;
  readonly facets: Readonly<Partial<Record<FacetName, Matches>>>;
};

export function toModelFilters(view: CallerView, query: ModelQuery): ModelFilters {
  const tagged = markTagged(view.contents, query);
  return {
    tagged,
    always: [toViewFilter(view, query), toTextFilter(view, query)].filter((filter) => filter !== undefined),
    facets: withoutUndefined({
      kind: query.kind && (({ model }: SeenModel) => model.entry.kind === query.kind),
      tag: tagged && (({ model }) => tagged[model.slot] === 1),
      owner: oneOf(query.owner, ({ ownerId }) => ownerId),
      provider: oneOf(query.provider, ({ provider }) => provider),
      visibility: oneOf(query.visibility, ({ visibility }) => visibility),
      status: oneOf(query.status, ({ status }) => status),
      capability: query.capability && ((seen) => hasAnyCapability(seen, query.capability ?? [])),
      connection: view.seesConnections ? toConnectionFilter(query) : undefined,
    }),
  };
}

function toViewFilter({ contents, actor }: CallerView, { view }: ModelQuery): Matches | undefined {
  const { userId } = actor.principal;
  if (view === "created") return ({ ownerId }) => ownerId === userId;
  if (view === "all") return undefined;
  const shown = new VisibleModels(contents, { ...actor.principal, bypass: false });
  return ({ model, ownerId }) => model.entry.kind === "custom" && ownerId !== userId && shown.mayRead(model);
}

function toTextFilter({ contents }: CallerView, { query }: ModelQuery): Matches | undefined {
  if (query === undefined || query === "") return undefined;
  const text = query.toLowerCase();
  return (seen) => {
    const { entry, searchText } = seen.model;
    if (searchText.includes(text)) return true;
    if (entry.kind === "base") return false;
    const baseId = findBaseOf(contents, entry)?.entry.id ?? entry.record.baseId;
    // What a model is built on is known to those who may change it; that takes longer to find out than the text.
    return baseId.toLowerCase().includes(text) && seen.mayWrite;
  };
}

function toConnectionFilter({ connection }: ModelQuery): Matches | undefined {
  if (connection === undefined) return undefined;
  const wanted = new Set(connection);
  return (seen) => seen.listPlaces().some((place) => wanted.has(place.connection.uid));
}

function hasAnyCapability(
  { capabilities }: SeenModel,
  names: NonNullable<ModelQuery["capability"]>,
): boolean {
  return names.some((name) => capabilities[name]?.value === true);
}

function oneOf<T>(
  wanted: readonly T[] | undefined,
  valueOf: (seen: SeenModel) => T | null,
): Matches | undefined {
  if (wanted === undefined) return undefined;
  const values = new Set<T | null>(wanted);
  return (seen) => values.has(valueOf(seen));
}

function withoutUndefined(facets: Record<FacetName, Matches | undefined>): ModelFilters["facets"] {
  return Object.fromEntries(Object.entries(facets).filter(([, matches]) => matches !== undefined));
}
