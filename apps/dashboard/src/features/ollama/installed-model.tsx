import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mOllama } from "../../messages/ollama.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { ActionsMenu } from "../../ui/actions-menu.tsx";
import { Tag } from "../../ui/chip.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { OllamaServer } from "./fleet-screen.tsx";
import { useMemory } from "./use-memory.ts";

type Installed = ApiOutputs["ollama"]["tags"][number];

type InstalledModelProps = {
  server: OllamaServer;
  model: Installed;
  isInMemory: boolean;
  onShow: () => void;
};

export function InstalledModel({ server, model, isInMemory, onShow }: InstalledModelProps): ReactElement {
  const { name } = model;
  const at = { connectionUid: server.connectionUid, model: name };
  const { load, unload } = useMemory();
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <button type="button" className="row-button mono" onClick={onShow}>
            {name}
          </button>
          {isInMemory && <Tag>{mOllama.inMemory()}</Tag>}
          {load.isPending && <Tag>{mOllama.loading()}</Tag>}
          {unload.isPending && <Tag>{mOllama.unloading()}</Tag>}
        </p>
        <p className="text-small text-ink-muted">{describe(model)}</p>
      </div>
      <ActionsMenu
        name={name}
        entries={[
          { kind: "action", label: mOllama.details(), onSelect: onShow },
          isInMemory
            ? { kind: "action", label: mOllama.unload(), onSelect: () => unload.mutate(at) }
            : { kind: "action", label: mOllama.load(), onSelect: () => load.mutate(at) },
          { kind: "separator", id: "danger" },
          { kind: "action", label: m.app.delete(), tone: "danger", onSelect: () => setIsDeleting(true) },
        ]}
      />
      <DeleteModel server={server} model={model} isOpen={isDeleting} onOpenChange={setIsDeleting} />
    </li>
  );
}

function describe({
  sizeBytes,
  parameterSize,
  quantization,
  contextLength,
  modifiedAt,
  remote,
}: Installed): string {
  const parts = [
    remote === null ? format.bytes(sizeBytes) : mOllama.remote({ host: remote.host ?? "ollama.com" }),
    parameterSize && mOllama.parameters({ size: parameterSize }),
    quantization,
    contextLength !== null && mOllama.context({ size: format.compact(contextLength) }),
    modifiedAt !== null && mOllama.modified({ when: format.relative(new Date(modifiedAt)) }),
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join(" · ");
}

type DeleteModelProps = {
  server: OllamaServer;
  model: Installed;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
};

function DeleteModel({ server, model, isOpen, onOpenChange }: DeleteModelProps): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const { name, sizeBytes } = model;
  const remove = useMutation(
    trpc.ollama.delete.mutationOptions({
      onSuccess: () => onOpenChange(false),
      onError: (error) => fail(mOllama.deleteFailed({ name }), error),
      onSettled: async () => {
        await queries.invalidateQueries(trpc.ollama.pathFilter());
        await queries.invalidateQueries(trpc.models.pathFilter());
      },
    }),
  );
  return (
    <AlertDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={mOllama.deleteTitle({ name, server: server.name })}
      description={mOllama.deleteHint({ size: format.bytes(sizeBytes) })}
      confirmLabel={m.app.delete()}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ connectionUid: server.connectionUid, model: name })}
    />
  );
}
