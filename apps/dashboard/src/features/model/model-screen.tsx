import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { toProblem } from "../../lib/problem.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { QueryRegion, type QueryRegionProps } from "../../ui/query-region.tsx";
import { keepViewAs, useViewAs } from "../view-as/use-view-as.ts";
import { ViewAsBar } from "../view-as/view-as-bar.tsx";
import { ModelEditorPage } from "./model-editor-page.tsx";
import { ModelReader } from "./model-reader.tsx";

export function ModelScreen(): ReactElement {
  const { _splat: id = "" } = useParams({ strict: false });
  const viewAs = useViewAs();
  return viewAs === undefined ? <OwnModel id={id} /> : <ViewedModel id={id} userId={viewAs} />;
}

function OwnModel({ id }: { id: string }): ReactElement {
  const trpc = useTRPC();
  const detail = useQuery(trpc.models.get.queryOptions({ id }));

  if (!detail.data && detail.error && toProblem(detail.error).code === "model_not_found")
    return <Gone id={id} />;
  if (!detail.data) return <Waiting query={detail} />;
  // Another model is another form.
  return detail.data.mayWrite && detail.data.definition ? (
    <ModelEditorPage key={detail.data.uid} detail={detail.data} />
  ) : (
    <ModelReader key={detail.data.uid} detail={detail.data} />
  );
}

/** As somebody else sees it: to read, whatever they may do with it. */
function ViewedModel({ id, userId }: { id: string; userId: string }): ReactElement {
  const trpc = useTRPC();
  const detail = useQuery(trpc.access.viewModel.queryOptions({ id, userId }));
  if (!detail.data && detail.error && toProblem(detail.error).code === "model_not_found")
    return <Gone id={id} />;
  if (!detail.data) return <Waiting query={detail} />;
  return <ModelReader detail={detail.data} isViewedAs />;
}

function Waiting({ query }: { query: QueryRegionProps<unknown>["query"] }): ReactElement {
  return (
    <>
      <PageHeader title={m.page.model()} />
      <ViewAsBar />
      <div className="page">
        <QueryRegion query={query} failed={mModel.loadFailed()}>
          {() => null}
        </QueryRegion>
      </div>
    </>
  );
}

function Gone({ id }: { id: string }): ReactElement {
  return (
    <>
      <PageHeader title={mModel.notFound()} />
      <ViewAsBar />
      <div className="px-(--gutter)">
        <Blank
          action={
            <Link to="/catalog" search={keepViewAs} {...buttonLook("primary")}>
              {m.app.toModels()}
            </Link>
          }
        >
          {mModel.notFoundHint({ id })}
        </Blank>
      </div>
    </>
  );
}
