import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { circuitSchema } from "./connection-schemas.ts";

/** Whether calls reach a connection and its models at the moment, and if not, why and until when. Needs `connections.read`. */
export const listConnectionCircuits = memberProcedure("connections:read")
  .input(z.strictObject({ uid: z.uuid() }))
  .output(z.strictObject({ circuits: z.array(circuitSchema) }))
  .query(async ({ ctx, input }) => ({
    circuits: [...(await ctx.services.connections.circuits(ctx.actor, input.uid))],
  }));
