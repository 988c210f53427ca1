import { permissions } from "@corral/access-control";
import { limits, type SeenGroup } from "@corral/core";
import { z } from "zod";

export const groupSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** All for administrators; for members only their own id. */
  memberIds: z.array(z.string()),
  memberCount: z.int(),
  /** What its members may do beyond the defaults for all. */
  permissions: z.array(z.enum(permissions)),
  createdAt: z.string(),
});

export const groupFields = {
  name: z
    .string()
    .transform((name) => name.normalize("NFC").trim())
    .pipe(z.string().min(1).max(limits.nameLength)),
  description: z.string().max(limits.descriptionLength),
  memberIds: z.array(z.uuid()).max(10_000),
  permissions: z.array(z.enum(permissions)).max(permissions.length),
} as const;

export function fromSeenGroup(group: SeenGroup): z.output<typeof groupSchema> {
  return { ...group, memberIds: [...group.memberIds], permissions: [...group.permissions] };
}
