import { useMutation, useQueryClient } from "@tanstack/react-query";

import { mOllama } from "../../messages/ollama.ts";
import { useTRPC } from "../../trpc.ts";
import { useFailureToast } from "../../ui/use-failure-toast.ts";

/** Brings models into a server's memory and out of it. */
export function useMemory() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const onSettled = () => queries.invalidateQueries(trpc.ollama.running.queryFilter());
  const load = useMutation(
    trpc.ollama.load.mutationOptions({
      onError: (error, { model }) => fail(mOllama.loadModelFailed({ name: model }), error),
      onSettled,
    }),
  );
  const unload = useMutation(
    trpc.ollama.unload.mutationOptions({
      onError: (error, { model }) => fail(mOllama.unloadFailed({ name: model }), error),
      onSettled,
    }),
  );
  return { load, unload };
}
