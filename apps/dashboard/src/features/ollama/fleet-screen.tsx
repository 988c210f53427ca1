import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense } from "react";

import { m } from "../../lib/messages.ts";
import { mOllama } from "../../messages/ollama.ts";
import { createUrlCodec, textParam } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { Lamp, type ModelStatus } from "../../ui/lamp.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { ServerPage } from "./server-page.tsx";

// Its list is large, and stands over what is looked at first.
const ServerSelect = lazy(async () => {
  const { ServerSelect } = await import("./server-select.tsx");
  return { default: ServerSelect };
});

export type OllamaServer = ApiOutputs["ollama"]["servers"][number];

const codec = createUrlCodec({ inst: textParam(), show: textParam() });

export function FleetScreen(): ReactElement {
  const { role } = useSignedIn();
  return role === "admin" ? <Fleet /> : <Denied title={m.nav.ollama()} right="administrator" />;
}

function Fleet(): ReactElement {
  const trpc = useTRPC();
  const servers = useQuery(trpc.ollama.servers.queryOptions());
  return (
    <>
      <PageHeader title={m.nav.ollama()} />
      <div className="page max-w-[60rem]">
        <QueryRegion query={servers} failed={mOllama.loadFailed()}>
          {(list) => {
            const [first] = list;
            return first ? <Chosen servers={list} first={first} /> : <NoServer />;
          }}
        </QueryRegion>
      </div>
    </>
  );
}

const lamps: Record<OllamaServer["state"], ModelStatus> = {
  ready: "ready",
  degraded: "degraded",
  unreachable: "unreachable",
  unauthorized: "refused",
  disabled: "disabled",
  unknown: "loading",
};

function Chosen({ servers, first }: { servers: readonly OllamaServer[]; first: OllamaServer }): ReactElement {
  const { state, update } = useUrlState(codec);
  const chosen = servers.find(({ connectionUid }) => connectionUid === state.inst) ?? first;
  return (
    <div className="stack gap-6">
      <div className="server-choice">
        <div className="server-select">
          <Suspense>
            <ServerSelect
              servers={servers}
              chosen={chosen.connectionUid}
              onChoose={(inst) => update({ inst, show: "" })}
            />
          </Suspense>
        </div>
        <Lamp status={lamps[chosen.state]} />
      </div>
      <ServerPage
        key={chosen.connectionUid}
        server={chosen}
        shown={state.show === "" ? undefined : state.show}
        onShow={(model) => update({ show: model ?? "" })}
      />
    </div>
  );
}

function NoServer(): ReactElement {
  return (
    <Blank
      action={
        <Link to="/connections" {...buttonLook("primary")}>
          {m.catalog.toConnections()}
        </Link>
      }
    >
      {mOllama.none()}
    </Blank>
  );
}
