import { connectionDraftSchema, verificationSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { withoutUndefined } from "../../without-undefined.ts";

/** Tries an endpoint as it would be saved; `keepSecretsOf` fills untouched secrets in from a saved connection. */
export const verifyConnection = administratorProcedure("none")
  .input(z.strictObject({ draft: connectionDraftSchema, keepSecretsOf: z.uuid().optional() }))
  .output(verificationSchema)
  .mutation(({ ctx, input, signal }) =>
    ctx.services.connections.verify(
      ctx.actor,
      withoutUndefined(input),
      signal ?? new AbortController().signal,
    ),
  );
