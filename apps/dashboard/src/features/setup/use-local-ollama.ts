import { useQuery } from "@tanstack/react-query";

import { useTRPCClient } from "../../trpc.ts";
import { emptyConnection, toVerifiable } from "../connections/connection-draft.ts";

/** How often a machine is asked whether Ollama has been started on it meanwhile. */
const lookEveryMs = 30_000;

/** How many models an Ollama on the server's own machine has; `undefined` while none answers. */
export function useLocalOllama(): number | undefined {
  const client = useTRPCClient();
  const { data } = useQuery({
    queryKey: ["local-ollama"],
    queryFn: () => client.connections.verify.mutate({ draft: toVerifiable(emptyConnection()) }),
    refetchInterval: lookEveryMs,
  });
  return data?.ok === true ? data.modelCount : undefined;
}
