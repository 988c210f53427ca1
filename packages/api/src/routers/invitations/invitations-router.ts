import { router } from "../../trpc.ts";
import { createInvitation } from "./create-invitation.ts";
import { listInvitations } from "./list-invitations.ts";
import { revokeInvitation } from "./revoke-invitation.ts";

export const invitationsRouter = router({
  list: listInvitations,
  create: createInvitation,
  revoke: revokeInvitation,
});
