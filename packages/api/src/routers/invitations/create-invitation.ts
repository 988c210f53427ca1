import { limits } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { emailSchema } from "../auth/session-schemas.ts";
import { fromInvitation, invitationSchema } from "./invitation-schemas.ts";

const dayMs = 24 * 60 * 60_000;

const input = z.strictObject({
  email: emailSchema,
  role: z.enum(["user", "admin"]).default("user"),
  groupIds: z.array(z.uuid()).max(limits.invitedGroups).default([]),
  expiresInDays: z
    .int()
    .min(1)
    .max(limits.invitationDaysMax)
    .default(limits.invitationMs / dayMs),
});

/** Makes a link that lets one person make their account, and shows it once. It replaces an open one to the address. */
export const createInvitation = administratorProcedure("none")
  .input(input)
  .output(z.strictObject({ invitation: invitationSchema, url: z.string() }))
  .mutation(async ({ ctx, input: { expiresInDays, ...wanted } }) => {
    const form = { ...wanted, expiresInMs: expiresInDays * dayMs };
    const { invitation, url } = await ctx.services.links.invite(ctx.actor, form, ctx.client);
    return { invitation: fromInvitation(invitation), url: url.reveal() };
  });
