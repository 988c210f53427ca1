import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactElement, type ReactNode } from "react";

import { m } from "../../lib/messages.ts";
import { mSetup } from "../../messages/setup.ts";
import { pageTitleId } from "../../shell/page-header.tsx";
import { NotFound } from "../../shell/route-problems.tsx";
import { useTRPC } from "../../trpc.ts";
import { Deferred } from "../../ui/deferred.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { AdministratorStep } from "./administrator-step.tsx";
import { FirstRequestStep } from "./first-request-step.tsx";

const ConnectStep = lazy(async () => {
  const { ConnectStep } = await import("./connect-step.tsx");
  return { default: ConnectStep };
});

const steps = ["admin", "connect", "first"] as const;
type Step = (typeof steps)[number];

/** From an empty server to a first answer. Gone, once there is an administrator who is not in the middle of it. */
export function SetupScreen(): ReactElement {
  const trpc = useTRPC();
  const setup = useQuery(trpc.auth.setupState.queryOptions());
  const session = useQuery(trpc.auth.session.queryOptions());
  const { step, goTo } = useStep();
  const isAdministrator = session.data?.user.role === "admin";
  return (
    <QueryRegion query={setup} failed={m.app.failed()}>
      {({ needsAdministrator }) => {
        if (!needsAdministrator && session.isPending) return null;
        if (!needsAdministrator && !(isAdministrator && step !== "admin")) return <NotFound />;
        return <Steps current={needsAdministrator ? "admin" : step} goTo={goTo} />;
      }}
    </QueryRegion>
  );
}

function useStep(): { step: Step; goTo: (step: Step) => void } {
  // Our parseSearch yields text values only.
  const search: Record<string, string> = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    step: steps.find((candidate) => candidate === search["step"]) ?? "admin",
    goTo: (step) => void navigate({ to: "/setup", search: { step } }),
  };
}

function Steps({ current, goTo }: { current: Step; goTo: (step: Step) => void }): ReactElement {
  return (
    <div className="setup">
      <title>{m.app.title({ page: m.page.setup() })}</title>
      <h1 id={pageTitleId} tabIndex={-1} className="text-display">
        {m.page.setup()}
      </h1>
      <ol className="setup-steps">
        <StepItem step="admin" current={current} title={mSetup.admin()} done={mSetup.adminDone()}>
          <AdministratorStep onDone={() => goTo("connect")} />
        </StepItem>
        <StepItem step="connect" current={current} title={mSetup.connect()} done={mSetup.connectDone()}>
          <Deferred>
            <ConnectStep onDone={() => goTo("first")} />
          </Deferred>
        </StepItem>
        <StepItem step="first" current={current} title={mSetup.first()} done="">
          <FirstRequestStep />
        </StepItem>
      </ol>
    </div>
  );
}

type StepItemProps = { step: Step; current: Step; title: string; done: string; children: ReactNode };

/** The open step with its content, the others as one line. */
function StepItem({ step, current, title, done, children }: StepItemProps): ReactElement {
  const isCurrent = step === current;
  const isDone = steps.indexOf(step) < steps.indexOf(current);
  return (
    <li
      data-state={isCurrent ? "current" : isDone ? "done" : "ahead"}
      aria-current={isCurrent ? "step" : undefined}
    >
      <h2>
        {title}
        {isDone && <span className="font-body text-ink-muted"> · {done}</span>}
      </h2>
      {isCurrent && <div className="pt-4">{children}</div>}
    </li>
  );
}
