import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { mOllama } from "../../messages/ollama.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { KeyValue, type KeyValueProps } from "../../ui/key-value.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";

type ModelInfo = ApiOutputs["ollama"]["show"];

type ModelSheetProps = { connectionUid: string; model: string | undefined; onClose: () => void };

/** Everything that a server says of one model. */
export function ModelSheet({ connectionUid, model, onClose }: ModelSheetProps): ReactElement {
  return (
    <Sheet isOpen={model !== undefined} onOpenChange={(isOpen) => !isOpen && onClose()} title={model ?? ""}>
      {model !== undefined && <Info connectionUid={connectionUid} model={model} />}
    </Sheet>
  );
}

function Info({ connectionUid, model }: { connectionUid: string; model: string }): ReactElement {
  const trpc = useTRPC();
  const info = useQuery(trpc.ollama.show.queryOptions({ connectionUid, model }));
  return (
    <QueryRegion query={info} failed={mOllama.showFailed({ name: model })}>
      {(data) => (
        <div className="stack gap-4">
          <KeyValue items={listFacts(data)} />
          <div>
            {listTexts(data).map(({ label, text }) => (
              <Disclosure key={label} label={label}>
                <CodeBlock label={label} code={text} />
              </Disclosure>
            ))}
          </div>
        </div>
      )}
    </QueryRegion>
  );
}

function listFacts(info: ModelInfo): KeyValueProps["items"] {
  const { family, parameterSize, quantization, format: fileFormat, contextLength, capabilities } = info;
  const { parentModel, modifiedAt, digest } = info;
  const facts = [
    { label: mOllama.fact.family(), value: family },
    { label: mOllama.fact.parameters(), value: parameterSize },
    { label: mOllama.fact.quantization(), value: quantization },
    { label: mOllama.fact.format(), value: fileFormat },
    {
      label: mOllama.fact.context(),
      value: contextLength === null ? null : mModel.tokens({ count: contextLength }),
    },
    { label: m.catalog.can(), value: capabilities.length > 0 ? format.list(capabilities) : null },
    { label: mOllama.fact.parent(), value: parentModel },
    { label: mOllama.fact.modified(), value: modifiedAt && format.dateTime(new Date(modifiedAt)) },
    { label: mOllama.fact.digest(), value: digest, isMono: true },
  ];
  return facts.flatMap(({ value, ...fact }) => (value ? [{ ...fact, value }] : []));
}

/** Long texts, folded. */
function listTexts(info: ModelInfo): { label: string; text: string }[] {
  const parameters = Object.entries(info.parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name} ${String(one)}`),
  );
  const texts = [
    { label: mOllama.text.system(), text: info.system },
    { label: mOllama.text.parameters(), text: parameters.join("\n") },
    { label: mOllama.text.template(), text: info.template },
    { label: mOllama.text.license(), text: info.license },
    { label: mOllama.text.modelfile(), text: info.modelfile },
  ];
  return texts.flatMap(({ label, text }) => (text ? [{ label, text }] : []));
}
