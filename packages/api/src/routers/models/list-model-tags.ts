import { listTags } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** The tags of all models that the caller may see, with counts. */
export const listModelTags = memberProcedure("models:read")
  .output(z.strictObject({ tags: z.array(z.strictObject({ name: z.string(), count: z.number() })) }))
  .query(({ ctx }) => ({ tags: [...listTags(ctx.services.catalog.current(), ctx.actor)] }));
