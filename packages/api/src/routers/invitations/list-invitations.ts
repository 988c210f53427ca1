import { limits } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { fromInvitation, invitationSchema } from "./invitation-schemas.ts";

/** Invitations, the newest first, never with their links. */
export const listInvitations = administratorProcedure("none")
  .input(
    z
      .strictObject({
        offset: z.int().min(0).max(1_000_000).default(0),
        limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
      })
      .prefault({}),
  )
  .output(z.strictObject({ invitations: z.array(invitationSchema) }))
  .query(async ({ ctx, input }) => {
    const invitations = await ctx.services.links.list(ctx.actor, input);
    return { invitations: invitations.map(fromInvitation) };
  });
