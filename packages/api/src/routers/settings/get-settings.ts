import { workspaceSettingsSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** What holds for everybody: what members may do, the administrators' bypass, whether strangers may sign up. */
export const getSettings = administratorProcedure("admin")
  .output(workspaceSettingsSchema)
  .query(({ ctx }) => ctx.services.settings.get(ctx.actor));
