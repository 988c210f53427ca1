import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { connectionHealthSchema } from "./connection-schemas.ts";

/** The lamps of all connections. Needs `connections.read`. */
export const listConnectionHealth = memberProcedure("connections:read")
  .output(z.strictObject({ health: z.array(connectionHealthSchema) }))
  .query(({ ctx }) => ({ health: [...ctx.services.connections.health(ctx.actor)] }));
