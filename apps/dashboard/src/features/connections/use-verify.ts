import { useMutation } from "@tanstack/react-query";

import { type Problem, toProblem } from "../../lib/problem.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { type ConnectionDraft, toVerifiable } from "./connection-draft.ts";

export type Verify = {
  run: (draft: ConnectionDraft) => void;
  isRunning: boolean;
  result: ApiOutputs["connections"]["verify"] | undefined;
  /** The form itself was refused; its issues start at the fields. */
  problem: Problem | undefined;
  error: unknown;
};

/** @param keepSecretsOf The saved connection whose untouched secrets are to be used. */
export function useVerify(keepSecretsOf: string | undefined): Verify {
  const trpc = useTRPC();
  const mutation = useMutation(trpc.connections.verify.mutationOptions());
  const problem = mutation.error ? toProblem(mutation.error) : undefined;
  return {
    run: (draft) =>
      mutation.mutate({
        draft: toVerifiable(draft),
        ...(keepSecretsOf !== undefined && { keepSecretsOf }),
      }),
    isRunning: mutation.isPending,
    result: mutation.data,
    error: mutation.error,
    problem: problem && {
      ...problem,
      // The shape is judged under `draft`; what does not fit together, as the form has it.
      issues: problem.issues.map((issue) => ({
        ...issue,
        path: issue.path[0] === "draft" ? issue.path.slice(1) : issue.path,
      })),
    },
  };
}
