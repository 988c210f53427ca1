import { type CapabilityName, type ModelQuery, modelStatuses, type ProviderKind } from "@corral/core";

import { m } from "../../lib/messages.ts";
import { choiceParam, createUrlCodec, listParam, sortParam, textParam } from "../../lib/url-state.ts";

// The lists of the core stand beside schemas, which would bring zod along; every name has a word, so the words do. Safe:
// the messages have exactly these keys.
const providers = Object.keys(m.provider) as ProviderKind[];
const capabilities = Object.keys(m.capability) as CapabilityName[];

export const catalogCodec = createUrlCodec({
  q: textParam(),
  view: choiceParam(["all", "created", "shared"], "all"),
  kind: choiceParam(["any", "base", "custom"], "any"),
  status: listParam(modelStatuses),
  prov: listParam(providers),
  conn: listParam(),
  cap: listParam(capabilities),
  vis: listParam(["public", "private", "restricted"]),
  tag: listParam(),
  owner: listParam(),
  sort: sortParam(["name", "created", "updated"], { key: "name", descending: false }),
});

export type CatalogState = typeof catalogCodec.initial;

/** The state that a facet of the same name filters. */
export const facetKeys = {
  status: "status",
  provider: "prov",
  connection: "conn",
  capability: "cap",
  visibility: "vis",
  tag: "tag",
  owner: "owner",
} as const;
export type FacetName = keyof typeof facetKeys;
export const facetNames = Object.keys(facetKeys) as readonly FacetName[]; // safe: the keys of the object above

/** What `models.list` is asked; offset and limit come with each page. */
export function toModelQuery(state: CatalogState): Omit<ModelQuery, "offset" | "limit" | "facets"> {
  const query = state.q.trim();
  const list = <Item>(items: readonly Item[]): Item[] | undefined =>
    items.length > 0 ? [...items] : undefined;
  return {
    query: query === "" ? undefined : query,
    view: state.view,
    kind: state.kind === "any" ? undefined : state.kind,
    status: list(state.status),
    provider: list(state.prov),
    connection: list(state.conn),
    capability: list(state.cap),
    visibility: list(state.vis),
    tags: list(state.tag),
    owner: list(state.owner),
    sort: state.sort.key,
    direction: state.sort.descending ? "desc" : "asc",
  };
}

/** Everything that narrows the list, cleared; the order stays. */
export const clearedFilters: Omit<CatalogState, "sort"> = omitSort(catalogCodec.initial);

function omitSort(state: CatalogState): Omit<CatalogState, "sort"> {
  const { sort: _, ...filters } = state;
  return filters;
}

export function isFiltered(state: CatalogState): boolean {
  const { sort: _, ...filters } = catalogCodec.format(state);
  return Object.keys(filters).length > 0;
}
