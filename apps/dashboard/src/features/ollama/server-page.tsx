import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense } from "react";

import { mOllama } from "../../messages/ollama.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { QueryRegion } from "../../ui/query-region.tsx";
import type { OllamaServer } from "./fleet-screen.tsx";
import { InstalledModel } from "./installed-model.tsx";
import { PullSection } from "./pull-section.tsx";
import { RunningModel } from "./running-model.tsx";

const ModelSheet = lazy(async () => {
  const { ModelSheet } = await import("./model-sheet.tsx");
  return { default: ModelSheet };
});

/** Models leave memory by themselves. */
const runningEveryMs = 10_000;

type ServerPageProps = {
  server: OllamaServer;
  /** Of which model everything is shown. */
  shown: string | undefined;
  onShow: (model: string | undefined) => void;
};

export function ServerPage({ server, shown, onShow }: ServerPageProps): ReactElement {
  const { connectionUid } = server;
  return (
    <>
      <Version connectionUid={connectionUid} />
      <PullSection connectionUid={connectionUid} />
      <Models server={server} onShow={onShow} />
      <Suspense>
        <ModelSheet connectionUid={connectionUid} model={shown} onClose={() => onShow(undefined)} />
      </Suspense>
    </>
  );
}

/** What an administrator should know about the version; a server that is away says so once, with its models. */
function Version({ connectionUid }: { connectionUid: string }): ReactElement | null {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.ollama.version.queryOptions({ connectionUid }));
  return (
    <div className="stack gap-1 min-h-5 text-small text-ink-muted">
      {data && (
        <p>
          {mOllama.version({ version: data.version })}
          {data.cloud?.disabled === false && ` ${mOllama.cloudOn()}`}
        </p>
      )}
      {data?.warnings.map((warning) => (
        <p key={warning} className="text-warn">
          {warning}
        </p>
      ))}
    </div>
  );
}

type ModelsProps = { server: OllamaServer; onShow: (model: string) => void };

function Models({ server, onShow }: ModelsProps): ReactElement {
  const trpc = useTRPC();
  const at = { connectionUid: server.connectionUid };
  const tags = useQuery(trpc.ollama.tags.queryOptions(at));
  const running = useQuery(trpc.ollama.running.queryOptions(at, { refetchInterval: runningEveryMs }));
  // Both come from the same server: what is wrong with one is wrong with the other, and is said once.
  const both = {
    data: tags.data && running.data && { tags: tags.data, running: running.data },
    error: tags.error ?? running.error,
    refetch: () => Promise.all([tags.refetch(), running.refetch()]),
  };
  return (
    <QueryRegion query={both} failed={mOllama.modelsFailed({ name: server.name })}>
      {(data) => <Lists server={server} {...data} onShow={onShow} />}
    </QueryRegion>
  );
}

type ListsProps = ModelsProps & {
  tags: ApiOutputs["ollama"]["tags"];
  running: ApiOutputs["ollama"]["running"];
};

function Lists({ server, tags, running, onShow }: ListsProps): ReactElement {
  const { connectionUid } = server;
  const inMemory = new Set(running.map(({ name }) => name));
  return (
    <div className="stack gap-6 border-t border-line pt-5">
      <section className="form-section" aria-label={mOllama.running()}>
        <h2>{mOllama.running()}</h2>
        {running.length === 0 ? (
          <p className="text-ink-muted">{mOllama.noneRunning()}</p>
        ) : (
          <ul className="ledger" aria-label={mOllama.running()}>
            {running.map((model) => (
              <RunningModel key={model.name} connectionUid={connectionUid} model={model} />
            ))}
          </ul>
        )}
      </section>
      <section className="form-section" aria-label={mOllama.installed()}>
        <h2>{mOllama.installed()}</h2>
        {tags.length === 0 ? (
          <p className="text-ink-muted">{mOllama.noneInstalled()}</p>
        ) : (
          <ul className="ledger" aria-label={mOllama.installed()}>
            {tags.map((model) => (
              <InstalledModel
                key={model.name}
                server={server}
                model={model}
                isInMemory={inMemory.has(model.name)}
                onShow={() => onShow(model.name)}
              />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
