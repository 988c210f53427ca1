import { providerKinds } from "../connection/connection.ts";
import { capabilityNames } from "../model/model-meta.ts";
import type { CallerView, SeenModel } from "./caller-view.ts";
import type { FacetName, ModelFilters } from "./match-model.ts";
import type { ModelFacets } from "./model-row.ts";
import { modelStatuses } from "./model-status.ts";

/** Values of an open-ended facet (tags, owners, connections) that are counted out: the most frequent ones. */
export const facetValuesMax = 200;

type FacetLine = ModelFacets["kind"][number];

/** Counts what each facet would show if it were not filtered itself. */
export class FacetCounter {
  readonly #view: CallerView;
  readonly #filters: readonly [string, (seen: SeenModel) => boolean][];
  readonly #lines = new Map<FacetName, Map<string, FacetLine>>();

  constructor(view: CallerView, filters: ModelFilters) {
    this.#view = view;
    this.#filters = Object.entries(filters.facets);
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
    for (const name of facetNames) {
      if (missed === undefined || missed === name) {
        for (const value of facetValues[name](seen)) this.#count(name, value);
      }
    }
    return missed === undefined;
  }

  toFacets(): ModelFacets {
    const fixed = (name: FacetName, order: readonly string[]): FacetLine[] =>
      order.flatMap((value) => this.#lines.get(name)?.get(value) ?? []);
    return {
      kind: fixed("kind", ["base", "custom"]),
      provider: fixed("provider", providerKinds),
      status: fixed("status", modelStatuses),
      visibility: fixed("visibility", ["public", "restricted", "private"]),
      capability: fixed("capability", capabilityNames),
      tag: this.#frequent("tag"),
      owner: this.#frequent("owner").map((line) => ({ ...line, label: this.#ownerName(line) })),
      ...(this.#view.seesConnections && {
        connection: this.#frequent("connection").map((line) => ({
          ...line,
          label: this.#view.contents.connections.get(line.value)?.name ?? line.value,
        })),
      }),
    };
  }

  #frequent(name: FacetName): FacetLine[] {
    return [...(this.#lines.get(name)?.values() ?? [])]
      .toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
      .slice(0, facetValuesMax);
  }

  #ownerName({ value }: FacetLine): string {
    return this.#view.contents.users.get(value)?.name ?? value;
  }

  #count(name: FacetName, { value, label }: Pick<FacetLine, "value" | "label">): void {
    const lines = this.#lines.get(name) ?? new Map<string, FacetLine>();
    this.#lines.set(name, lines);
    const line = lines.get(value);
    if (line === undefined) lines.set(value, { value, label, count: 1 });
    else line.count += 1;
  }
}

const plain = (value: string | null): { value: string; label: string }[] =>
  value === null ? [] : [{ value, label: value }];

/** Which lines of a facet a model counts for. */
const facetValues = {
  kind: ({ model }) => plain(model.entry.kind),
  provider: ({ provider }) => plain(provider),
  status: ({ status }) => plain(status),
  visibility: ({ visibility }) => plain(visibility),
  capability: (seen) =>
    capabilityNames.flatMap((name) => (seen.findCapability(name)?.value === true ? plain(name) : [])),
  tag: ({ model }) => {
    const { entry } = model;
    const written = (entry.kind === "base" ? entry.override : entry.record)?.tags ?? [];
    return model.tags.map((value, at) => ({ value, label: written[at] ?? value }));
  },
  owner: ({ ownerId }) => plain(ownerId),
  connection: (seen) =>
    [...new Set(seen.listPlaces().map(({ connection }) => connection.uid))].flatMap(plain),
} as const satisfies Record<FacetName, (seen: SeenModel) => { value: string; label: string }[]>;

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
