import { enInvitations } from "./en/invitations.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mInvitations: typeof enInvitations = enInvitations;
