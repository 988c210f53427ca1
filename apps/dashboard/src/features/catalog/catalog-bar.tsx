import type { ModelFacets } from "@corral/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefreshCw, SlidersHorizontal } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { ActiveFilters } from "./active-filters.tsx";
import type { CatalogState } from "./catalog-codec.ts";

type CatalogBarProps = {
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>, history?: "push" | "replace") => void;
  facets: ModelFacets | undefined;
  /** Absent where the rail stands beside the table. */
  onOpenFilters: (() => void) | undefined;
};

export function CatalogBar({ state, onChange, facets, onOpenFilters }: CatalogBarProps): ReactElement {
  const refresh = useRefresh();
  return (
    <search className="catalog-bar">
      <SearchField
        label={m.catalog.search()}
        value={state.q}
        onValueChange={(q) => onChange({ q }, "replace")}
      />
      <SegmentedControl
        label={m.catalog.kind()}
        value={state.kind}
        onValueChange={(kind) => onChange({ kind })}
        options={[
          { value: "any", label: m.catalog.kindAny() },
          { value: "base", label: m.catalog.kindBase() },
          { value: "custom", label: m.catalog.kindCustom() },
        ]}
      />
      <div className="flex items-center gap-2">
        {onOpenFilters && (
          <Button onClick={onOpenFilters} aria-haspopup="dialog">
            <SlidersHorizontal size={16} aria-hidden />
            {m.catalog.filters()}
          </Button>
        )}
        <Button
          variant="quiet"
          shape="icon"
          aria-label={m.catalog.refresh()}
          onClick={() => refresh.mutate()}
          isBusy={refresh.isPending}
        >
          <RefreshCw size={16} aria-hidden />
        </Button>
      </div>
      <ActiveFilters state={state} onChange={onChange} facets={facets} />
    </search>
  );
}

function useRefresh() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  return useMutation(
    trpc.models.refresh.mutationOptions({
      onError: (error) => fail(m.catalog.refreshFailed(), error),
      onSettled: () => queries.invalidateQueries(trpc.models.pathFilter()),
    }),
  );
}
