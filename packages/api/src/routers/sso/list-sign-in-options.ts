import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";

/** Where anybody may sign in besides here: a browser goes to `url`. */
export const listSignInOptions = publicProcedure
  .output(
    z.strictObject({
      providers: z.array(z.strictObject({ slug: z.string(), name: z.string(), url: z.string() })),
    }),
  )
  .query(async ({ ctx }) => {
    const providers = await ctx.services.identityProviders.listEnabled();
    return { providers: providers.map((one) => ({ ...one, url: `/auth/sso/${one.slug}` })) };
  });
