import { discoveryEventQuerySchema, discoveryEventSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** What listings brought: new, changed, gone and returned models, newest first. Needs `connections.read`. */
export const listDiscoveryEvents = memberProcedure("connections:read")
  .input(discoveryEventQuerySchema)
  .output(z.strictObject({ events: z.array(discoveryEventSchema) }))
  .query(async ({ ctx, input }) => ({
    events: [...(await ctx.services.discovery.events(ctx.actor, input))],
  }));
