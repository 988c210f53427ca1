import { z } from "zod";
import { grantIdSchema, maxIdsPerGrantList, type ExplicitAccess, type Grants } from "./access-control.ts";

const everyone = "*";

/** One row of Open WebUI's `access_grants`; its other columns (`id`, `resource_type`, …) are accepted and ignored. */
export const accessGrantSchema = z.object({
  principal_type: z.enum(["user", "group"]),
  principal_id: z.union([z.literal(everyone), grantIdSchema]),
  permission: z.enum(["read", "write"]),
});
export type AccessGrant = z.infer<typeof accessGrantSchema>;

/** Open WebUI's newer wire form: a list of grants; user `*` is everyone. What we cannot represent is refused. */
export const accessGrantsSchema = z
  .array(accessGrantSchema)
  .max(4 * maxIdsPerGrantList + 1)
  .superRefine((grants, context) => {
    for (const message of findUnsupported(grants)) context.addIssue({ code: "custom", message });
  });
