import { allowedReasons, deniedReasons } from "@corral/access-control";
import { errorCodeSchema, chainFailures, explainAccessSchema, listingReasons } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";

const decisionSchema = z.strictObject({
  allowed: z.boolean(),
  reason: z.enum([...allowedReasons, ...deniedReasons]),
  group: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
});

const explanationSchema = z.strictObject({
  id: z.string(),
  user: z.strictObject({ id: z.string(), name: z.string() }),
  read: decisionSchema,
  write: decisionSchema,
  listing: z.enum(listingReasons),
  /** What a call would be refused with; `null` when it would be let through. */
  refusal: z
    .strictObject({
      code: errorCodeSchema,
      message: z.string(),
    })
    .nullable(),
  chain: z.array(z.strictObject({ id: z.string().nullable(), kind: z.enum(["base", "custom"]) })),
  failure: z.enum(chainFailures).nullable(),
});

/** Whether somebody is shown a model, may read, change and call it, and why. */
export const explainAccess = memberProcedure("models:read")
  .input(explainAccessSchema)
  .output(explanationSchema)
  .query(({ ctx, input }) => {
    const explanation = ctx.services.access.explain(ctx.actor, withoutUndefined(input));
    return { ...explanation, chain: [...explanation.chain] };
  });
