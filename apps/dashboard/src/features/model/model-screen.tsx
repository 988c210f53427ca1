import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { toProblem } from "../../lib/problem.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { ModelEditorPage } from "./model-editor-page.tsx";
import { ModelReader } from "./model-reader.tsx";

export function ModelScreen(): ReactElement {
  const { _splat: id = "" } = useParams({ strict: false });
  const trpc = useTRPC();
  const detail = useQuery(trpc.models.get.queryOptions({ id }));

  if (!detail.data && detail.error && toProblem(detail.error).code === "model_not_found")
    return <Gone id={id} />;
  if (!detail.data) {
    return (
      <>
        <PageHeader title={m.page.model()} />
        <div className="page">
          <QueryRegion query={detail} failed={m.model.loadFailed()}>
            {() => null}
          </QueryRegion>
        </div>
      </>
    );
  }
  // Another model is another form.
  return detail.data.mayWrite && detail.data.definition ? (
    <ModelEditorPage key={detail.data.uid} detail={detail.data} />
  ) : (
    <ModelReader key={detail.data.uid} detail={detail.data} />
  );
}

function Gone({ id }: { id: string }): ReactElement {
  return (
    <>
      <PageHeader title={m.model.notFound()} />
      <div className="px-(--gutter)">
        <Blank
          action={
            <Link to="/catalog" {...buttonLook("primary")}>
              {m.app.toModels()}
            </Link>
          }
        >
          {m.model.notFoundHint({ id })}
        </Blank>
      </div>
    </>
  );
}
