import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { useMediaQuery } from "../../lib/use-media-query.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPCClient } from "../../trpc.ts";
import { buttonLook } from "../../ui/button.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { DataTable } from "../../ui/table/data-table.tsx";
import { type SparseRows, useSparseRows } from "../../ui/table/use-sparse-rows.ts";
import { useViewAs } from "../view-as/use-view-as.ts";
import { ViewAsBar } from "../view-as/view-as-bar.tsx";
import { catalogCodec, type CatalogState, toModelQuery } from "./catalog-codec.ts";
import { CatalogBar } from "./catalog-bar.tsx";
import { CatalogEmpty } from "./catalog-empty.tsx";
import { ConnectionTrouble } from "./connection-trouble.tsx";
import { FacetRail } from "./facet-rail.tsx";
import { FacetSheet } from "./facet-sheet.tsx";
import { type ModelRow, useModelColumns } from "./use-model-columns.tsx";

export type Overview = ApiOutputs["models"]["list"];

export function CatalogScreen(): ReactElement {
  const viewAs = useViewAs();
  // Nothing of what the one sees may stand where the other's is still on its way.
  return <Catalog key={viewAs ?? "own"} viewAs={viewAs} />;
}

function Catalog({ viewAs }: { viewAs: string | undefined }): ReactElement {
  const { rights } = useSignedIn();
  const { state, update, dropped } = useUrlState(catalogCodec);
  const { rows, overview } = useModels(state, viewAs);
  const isWide = useMediaQuery("(width >= 1280px)");
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const total = rows.total ?? overview?.total;
  const facets = overview?.facets && (
    <FacetRail facets={overview.facets} state={state} onChange={(patch) => update(patch)} />
  );
  return (
    <>
      <PageHeader
        title={m.nav.models()}
        note={total === undefined ? undefined : m.catalog.count({ count: total })}
        actions={
          viewAs === undefined &&
          rights.has("models.create") && (
            <Link to="/catalog/new" {...buttonLook("primary")}>
              {m.page.newModel()}
            </Link>
          )
        }
      />
      <ViewAsBar />
      <CatalogBar
        state={state}
        onChange={update}
        facets={overview?.facets}
        onOpenFilters={isWide ? undefined : () => setIsSheetOpen(true)}
      />
      {dropped.length > 0 && <p className="notice">{m.catalog.dropped({ keys: dropped })}</p>}
      <ConnectionTrouble lamps={overview?.connections ?? []} />
      <div className="catalog">
        {isWide && (
          <aside className="rail" aria-label={m.catalog.filters()}>
            {facets}
          </aside>
        )}
        <ModelTable rows={rows} overview={overview} state={state} onChange={update} />
      </div>
      {!isWide && (
        <FacetSheet isOpen={isSheetOpen} onOpenChange={setIsSheetOpen} total={total}>
          {facets}
        </FacetSheet>
      )}
    </>
  );
}

type ModelTableProps = {
  rows: SparseRows<ModelRow>;
  overview: Overview | undefined;
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>) => void;
};

function ModelTable({ rows, overview, state, onChange }: ModelTableProps): ReactElement {
  const columns = useModelColumns(overview?.connections !== undefined);
  if (rows.error && rows.total === undefined) {
    return (
      <div className="p-(--gutter)">
        <ProblemBox title={m.catalog.loadFailed()} error={rows.error} onRetry={rows.refetch} />
      </div>
    );
  }
  return (
    <DataTable<ModelRow>
      label={m.nav.models()}
      columns={columns}
      total={rows.total ?? placeholderRows}
      getRow={rows.getRow}
      getRowId={(row) => row.uid}
      onWindowChange={rows.onWindowChange}
      sort={state.sort}
      // Only columns of the codec are sortable.
      onSortChange={(sort) => onChange({ sort: sort as typeof state.sort })}
      isBusy={rows.isFetching && rows.total !== undefined}
      empty={overview && <CatalogEmpty overview={overview} state={state} onChange={onChange} />}
    />
  );
}

/** Empty places that keep the geometry until the first page is there. */
const placeholderRows = 8;

function useModels(state: typeof catalogCodec.initial, viewAs: string | undefined) {
  const client = useTRPCClient();
  const query = toModelQuery(state);
  const list = (page: { offset?: number; limit: number; facets?: boolean }, signal: AbortSignal) =>
    viewAs === undefined
      ? client.models.list.query({ ...query, ...page }, { signal })
      : client.access.viewModels.query({ ...query, ...page, userId: viewAs }, { signal });
  // Under the procedures' own paths, so that events about models reach what is one's own, and none causes another look
  // through somebody else's eyes.
  const path = viewAs === undefined ? ["models", "list"] : ["access", "viewModels", viewAs];
  // Without a page of its own: counts and lamps change with the filter, not with scrolling.
  const overview = useQuery({
    queryKey: [path, "overview", query],
    queryFn: ({ signal }) => list({ limit: 1, facets: true }, signal),
    placeholderData: keepPreviousData,
  });
  const rows = useSparseRows<ModelRow>({
    queryKey: [path, "pages", query],
    fetchPage: ({ offset, limit, signal }) => list({ offset, limit }, signal),
  });
  return { rows, overview: overview.data };
}
