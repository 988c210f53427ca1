import type { ModelFacets } from "@corral/core";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import {
  type CatalogState,
  clearedFilters,
  facetKeys,
  type FacetName,
  facetNames,
  isFiltered,
} from "./catalog-codec.ts";
import { toFacetLabel } from "./facet-label.ts";

type ActiveFiltersProps = {
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>) => void;
  facets: ModelFacets | undefined;
};

/** Filters are never out of sight: each one as a chip that drops it. */
export function ActiveFilters({ state, onChange, facets }: ActiveFiltersProps): ReactElement | null {
  if (!isFiltered(state)) return null;
  return (
    <div className="flex basis-full flex-wrap items-center gap-1.5">
      {facetNames.flatMap((facet) =>
        state[facetKeys[facet]].map((value) => (
          <Chip
            key={`${facet}:${value}`}
            label={toFacetLabel(facet, { value, label: findLabel(facets, facet, value) })}
            onRemove={() => onChange(withoutValue(state, facet, value))}
          />
        )),
      )}
      {state.view !== "all" && (
        <Chip label={m.catalog.view[state.view]()} onRemove={() => onChange({ view: "all" })} />
      )}
      <Button size="small" variant="quiet" onClick={() => onChange(clearedFilters)}>
        {m.catalog.clearAll()}
      </Button>
    </div>
  );
}

function findLabel(facets: ModelFacets | undefined, facet: FacetName, value: string): string {
  return facets?.[facet]?.find((candidate) => candidate.value === value)?.label ?? value;
}

export function withoutValue(state: CatalogState, facet: FacetName, value: string): Partial<CatalogState> {
  const key = facetKeys[facet];
  return { [key]: state[key].filter((candidate) => candidate !== value) };
}

export function withValue(state: CatalogState, facet: FacetName, value: string): Partial<CatalogState> {
  const key = facetKeys[facet];
  return { [key]: [...state[key], value] };
}
