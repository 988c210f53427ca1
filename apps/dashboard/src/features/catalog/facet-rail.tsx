import type { ModelFacets } from "@corral/core";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/choices.tsx";
import { withoutValue, withValue } from "./active-filters.tsx";
import { type CatalogState, facetKeys, type FacetName, facetNames } from "./catalog-codec.ts";
import { toFacetLabel } from "./facet-label.ts";

type FacetRailProps = {
  facets: ModelFacets;
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>) => void;
};

const shownAtFirst = 8;

export function FacetRail({ facets, state, onChange }: FacetRailProps): ReactElement {
  return (
    <div className="grid gap-4">
      {facetNames.map((facet) => (
        <FacetGroup
          key={facet}
          facet={facet}
          counts={facets[facet] ?? []}
          state={state}
          onChange={onChange}
        />
      ))}
    </div>
  );
}

type FacetGroupProps = {
  facet: FacetName;
  counts: ModelFacets["tag"];
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>) => void;
};

function FacetGroup({ facet, counts, state, onChange }: FacetGroupProps): ReactElement | null {
  const [isWhole, setIsWhole] = useState(false);
  const chosen: readonly string[] = state[facetKeys[facet]];
  const offered = counts.filter(({ value, count }) => count > 0 || chosen.includes(value));
  // A facet that cannot narrow anything is noise.
  if (offered.length < 2 && chosen.length === 0) return null;
  const shown = isWhole ? offered : offered.slice(0, shownAtFirst);
  return (
    <fieldset className="facet">
      <legend>{m.catalog.facet[facet]()}</legend>
      {shown.map(({ value, label, count }) => (
        <div key={value} className="facet-value">
          <Checkbox
            label={toFacetLabel(facet, { value, label })}
            isChecked={chosen.includes(value)}
            onChange={(isChecked) =>
              onChange(isChecked ? withValue(state, facet, value) : withoutValue(state, facet, value))
            }
          />
          <span className="text-ink-muted">{format.number(count)}</span>
        </div>
      ))}
      {offered.length > shownAtFirst && (
        <Button size="small" variant="quiet" onClick={() => setIsWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? m.catalog.fewer() : m.catalog.more({ count: offered.length - shownAtFirst })}
        </Button>
      )}
    </fieldset>
  );
}
