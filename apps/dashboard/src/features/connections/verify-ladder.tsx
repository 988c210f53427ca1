import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { Mark, type MarkState } from "../../ui/mark.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import type { Verify } from "./use-verify.ts";

const rungNames = ["address", "sign_in", "models"] as const;

/** What verifying found, rung by rung; the first that fails ends it and says why. */
export function VerifyLadder({ verify }: { verify: Verify }): ReactElement {
  const { result, isRunning, problem, error } = verify;
  const isShown = isRunning || result !== undefined;
  return (
    <div aria-live="polite" className={isShown || problem ? undefined : "hidden"}>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.connections.verifyFailed()} error={error} />
      )}
      {isShown && (
        <ol className="ladder">
          {rungNames.map((name) => {
            const rung = isRunning ? undefined : result?.rungs.find((candidate) => candidate.name === name);
            const state: MarkState = rung ? (rung.ok ? "good" : "bad") : "waiting";
            return (
              <li key={name}>
                <Mark state={state} label={m.connections.rungState[state]()} />
                <span className="font-strong">{m.connections.rung[name]()}</span>
                <span className="text-ink-muted">
                  {rung?.message ?? (isRunning ? m.connections.asking() : "")}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}
