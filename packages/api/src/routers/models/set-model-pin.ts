import { revisionPinSchema, setPinSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Holds a person, a key or a share of the callers to a revision; replaces what held them before. */
export const setModelPin = memberProcedure("models:write")
  .input(setPinSchema)
  .output(revisionPinSchema)
  .mutation(({ ctx, input }) => ctx.services.pins.set(ctx.actor, input, ctx.client));
