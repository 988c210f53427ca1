import { limits, modelPageSchema, modelQuerySchema, queryCatalog } from "@corral/core";
import { z } from "zod";
import { checkedOnce } from "../../checked-once.ts";
import { memberProcedure } from "../../trpc.ts";

/**
 * A page of the merged catalog, from memory: no query, no provider call. With `refresh` the providers are asked first,
 * at most every five seconds and waiting two; what they have not said by then is served as it was, with its status.
 */
export const listModels = memberProcedure("models:read")
  .input(modelQuerySchema.extend({ refresh: z.boolean().default(false) }))
  .output(checkedOnce(modelPageSchema))
  .query(({ ctx, input: { refresh, ...input } }) => {
    const { catalog, board, refresher } = ctx.services;
    const page = () => queryCatalog({ snapshot: catalog.current(), health: board }, ctx.actor, input);
    return refresh ? refresher.refreshAll(limits.refreshWaitMs).then(page) : page();
  });
