import { connectionStates } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

const serverSchema = z.strictObject({
  connectionUid: z.string(),
  name: z.string(),
  state: z.enum(connectionStates),
});

/** The Ollama servers among the connections, from memory. */
export const listOllamaServers = administratorProcedure("connections:read")
  .output(z.array(serverSchema))
  .query(({ ctx }) => {
    const { board, catalog } = ctx.services;
    return [...catalog.current().connections()]
      .filter(({ provider }) => provider === "ollama")
      .map(({ uid, name, enabled }) => ({
        connectionUid: uid,
        name,
        state: enabled ? (board.of(uid)?.state ?? "unknown") : "disabled",
      }));
  });
