import type { ReactElement } from "react";

import { mModel } from "../../messages/model.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { ViewAsBar } from "../view-as/view-as-bar.tsx";
import type { ModelDetail } from "./model-draft.ts";
import { ModelFacts } from "./model-facts.tsx";
import { TryIt } from "./try-it.tsx";

type ModelReaderProps = {
  detail: ModelDetail;
  /** An administrator looks through somebody else's eyes. */
  isViewedAs?: boolean;
};

/** What those see who may use a model but not write it: no prompt, no parameters. */
export function ModelReader({ detail, isViewedAs = false }: ModelReaderProps): ReactElement {
  return (
    <>
      <PageHeader title={detail.name} actions={!isViewedAs && <TryIt detail={detail} />} />
      <ViewAsBar />
      <div className="page max-w-[48rem]">
        {detail.description !== "" && <p>{detail.description}</p>}
        <ModelFacts detail={detail} />
        {!isViewedAs && <p className="text-ink-muted">{mModel.readOnly()}</p>}
      </div>
    </>
  );
}
