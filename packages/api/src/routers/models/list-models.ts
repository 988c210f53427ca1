import { modelPageSchema, modelQuerySchema, queryCatalog } from "@corral/core";
import { checkedOnce } from "../../checked-once.ts";
import { memberProcedure } from "../../trpc.ts";

/** A page of the merged catalog, from memory: no query, no provider call. */
export const listModels = memberProcedure("models:read")
  .input(modelQuerySchema)
  .output(checkedOnce(modelPageSchema))
  .query(({ ctx, input }) => {
    const { catalog, board } = ctx.services;
    return queryCatalog({ snapshot: catalog.current(), health: board }, ctx.actor, input);
  });
