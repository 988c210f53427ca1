import { workspaceSettingsSchema } from "@corral/core";
import { withoutUndefined } from "../../without-undefined.ts";
import { administratorProcedure } from "../../trpc.ts";

/** A present field replaces its whole value. What it takes away is gone when this answers. */
export const updateSettings = administratorProcedure("admin")
  .input(workspaceSettingsSchema.partial())
  .output(workspaceSettingsSchema)
  .mutation(({ ctx, input }) => ctx.services.settings.update(ctx.actor, withoutUndefined(input), ctx.client));
