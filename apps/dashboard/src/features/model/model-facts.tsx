import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { KeyValue, type KeyValueProps } from "../../ui/key-value.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { useCopy } from "../../ui/use-copy.ts";
import { Button } from "../../ui/button.tsx";
import type { ModelDetail } from "./model-draft.ts";

/** What a model is, apart from how it is set up. */
export function ModelFacts({ detail }: { detail: ModelDetail }): ReactElement {
  const can = Object.entries(detail.capabilities).flatMap(([name, capability]) =>
    capability.value ? [m.capability[name as keyof typeof detail.capabilities]()] : [],
  ); // safe: the keys of a typed record
  const items: KeyValueProps["items"] = [
    { label: mModel.id(), value: <CopyableId id={detail.id} /> },
    { label: m.catalog.status(), value: <Lamp status={detail.status} /> },
    ...(detail.provider ? [{ label: m.connections.provider(), value: m.provider[detail.provider]() }] : []),
    ...(detail.connections?.length
      ? [
          {
            label: m.catalog.connection(),
            value: detail.connections.map(({ name, upstreamId }) => `${name} (${upstreamId})`).join(", "),
          },
        ]
      : []),
    ...(can.length > 0 ? [{ label: m.catalog.can(), value: format.list(can) }] : []),
    ...(detail.contextLength === null
      ? []
      : [{ label: m.catalog.context(), value: mModel.tokens({ count: detail.contextLength }) }]),
    { label: m.catalog.visibility(), value: m.access.visibility[detail.visibility]() },
    ...(detail.ownerName === null ? [] : [{ label: m.catalog.facet.owner(), value: detail.ownerName }]),
    { label: m.catalog.updated(), value: format.dateTime(new Date(detail.updatedAt)) },
  ];
  return <KeyValue items={items} />;
}

function CopyableId({ id }: { id: string }): ReactElement {
  const { label, copy } = useCopy(id);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="mono">{id}</span>
      <Button size="small" variant="quiet" onClick={copy} aria-label={mModel.copyId()}>
        <span aria-live="polite">{label}</span>
      </Button>
    </span>
  );
}
