import { type Invitation } from "@corral/core";
import { z } from "zod";

export const invitationSchema = z.strictObject({
  id: z.string(),
  email: z.string(),
  role: z.enum(["user", "admin"]),
  groupIds: z.array(z.string()),
  createdBy: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** `revoked` too when whoever made it is no administrator any more. */
  state: z.enum(["open", "used", "revoked", "expired"]),
});

export function fromInvitation(invitation: Invitation): z.output<typeof invitationSchema> {
  return { ...invitation, groupIds: [...invitation.groupIds] };
}
