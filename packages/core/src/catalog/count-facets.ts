import { providerKinds } from "../connection/connection-endpoint.ts";
import { capabilityNames } from "../model/model-meta.ts";
import type { CallerView, SeenModel } from "./caller-view.ts";
import type { FacetName, ModelFilters } from "./match-model.ts";
import type { ModelFacets } from "./model-row.ts";
import { modelStatuses } from "./model-status.ts";

/** Values of an open-ended facet (tags, owners, connections) that are counted out: the most frequent ones. */
const facetValuesMax = 200;

type FacetLine = ModelFacets["kind"][number];
type CountValue = (value: string | null, label?: string) => void;

/** Counts what each facet would show if it were not filtered itself. */
export class FacetCounter {
  readonly #view: CallerView;
  readonly #filters: readonly [string, (seen: SeenModel) => boolean][];
  readonly #facets: readonly Facet[];

  constructor(view: CallerView, filters: ModelFilters) {
    this.#view = view;
    this.#filters = Object.entries(filters.facets);
    this.#facets = facetNames.map((name) => new Facet(name));
  }

  /** Counts a model that the query's other conditions let through, and says whether all facets do so too. */
  take(seen: SeenModel): boolean {
    let missed: string | undefined;
    for (const [name, matches] of this.#filters) {
      if (matches(seen)) continue;
      // Missed by two facets: each of them is still filtered by the other.
      if (missed !== undefined) return false;
      missed = name;
    }
    for (const facet of this.#facets) {
      if (missed === undefined || missed === facet.name) facetValues[facet.name](seen, facet.count);
    }
    return missed === undefined;
  }

  toFacets(): ModelFacets {
    const { users, connections } = this.#view.contents;
    return {
      kind: this.#fixed("kind", ["base", "custom"]),
      provider: this.#fixed("provider", providerKinds),
      status: this.#fixed("status", modelStatuses),
      visibility: this.#fixed("visibility", ["public", "restricted", "private"]),
      capability: this.#fixed("capability", capabilityNames),
      tag: this.#frequent("tag"),
      owner: this.#frequent("owner", (uid) => users.get(uid)?.name),
      ...(this.#view.seesConnections && {
        connection: this.#frequent("connection", (uid) => connections.get(uid)?.name),
      }),
    };
  }

  #fixed(name: FacetName, order: readonly string[]): FacetLine[] {
    const lines = this.#lines(name);
    return order.flatMap((value) => lines.get(value) ?? []);
  }

  #frequent(name: FacetName, labelOf?: (value: string) => string | undefined): FacetLine[] {
    return [...this.#lines(name).values()]
      .toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
      .slice(0, facetValuesMax)
      .map((line) => ({ ...line, label: labelOf?.(line.value) ?? line.label }));
  }

  #lines(name: FacetName): ReadonlyMap<string, FacetLine> {
    return this.#facets.find((facet) => facet.name === name)?.lines ?? new Map();
  }
}

class Facet {
  readonly name: FacetName;
  readonly lines = new Map<string, FacetLine>();

  constructor(name: FacetName) {
    this.name = name;
  }

  readonly count: CountValue = (value, label) => {
    if (value === null) return;
    const line = this.lines.get(value);
    if (line === undefined) this.lines.set(value, { value, label: label ?? value, count: 1 });
    else line.count += 1;
  };
}

/** Which lines of a facet a model counts for. */
const facetValues = {
  kind: ({ model }, count) => count(model.entry.kind),
  provider: ({ provider }, count) => count(provider),
  status: ({ status }, count) => count(status),
  visibility: ({ visibility }, count) => count(visibility),
  capability: ({ capabilities }, count) => {
    for (const name of capabilityNames) if (capabilities[name]?.value === true) count(name);
  },
  tag: ({ model }, count) => {
    const { writtenTags, tags } = model;
    for (let at = 0; at < tags.length; at += 1) count(tags[at] ?? null, writtenTags[at]);
  },
  owner: ({ ownerId }, count) => count(ownerId),
  connection: (seen, count) => {
    for (const uid of new Set(seen.listPlaces().map(({ connection }) => connection.uid))) count(uid);
  },
} as const satisfies Record<FacetName, (seen: SeenModel, count: CountValue) => void>;

const facetNames = [
  "kind",
  "provider",
  "status",
  "visibility",
  "capability",
  "tag",
  "owner",
  "connection",
] as const satisfies readonly FacetName[];
