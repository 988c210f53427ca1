import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import type { ModelDetail } from "./model-draft.ts";
import { ModelFacts } from "./model-facts.tsx";
import { TryIt } from "./try-it.tsx";

/** What those see who may use a model but not write it: no prompt, no parameters. */
export function ModelReader({ detail }: { detail: ModelDetail }): ReactElement {
  return (
    <>
      <PageHeader title={detail.name} actions={<TryIt detail={detail} />} />
      <div className="page max-w-[48rem]">
        {detail.description !== "" && <p>{detail.description}</p>}
        <ModelFacts detail={detail} />
        <p className="text-ink-muted">{m.model.readOnly()}</p>
      </div>
    </>
  );
}
