import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { mOllama } from "../../messages/ollama.ts";
import type { ApiOutputs } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { useMemory } from "./use-memory.ts";

type Running = ApiOutputs["ollama"]["running"][number];

export function RunningModel({
  connectionUid,
  model,
}: {
  connectionUid: string;
  model: Running;
}): ReactElement {
  const { name, sizeBytes, vramShare, contextLength, expiresAt } = model;
  const { unload } = useMemory();
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="mono truncate">{name}</p>
        <p className="text-small text-ink-muted">
          {mOllama.runningFacts({
            size: format.bytes(sizeBytes),
            share: vramShare === 1 ? undefined : format.percent(vramShare),
            context: contextLength === null ? undefined : format.compact(contextLength),
            until: expiresAt === null ? undefined : format.time(new Date(expiresAt)),
          })}
        </p>
      </div>
      <Button
        size="small"
        aria-label={mOllama.unloadThis({ name })}
        isBusy={unload.isPending}
        onClick={() => unload.mutate({ connectionUid, model: name })}
      >
        {mOllama.unload()}
      </Button>
    </li>
  );
}
