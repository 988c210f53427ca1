import { format } from "../../lib/format.ts";

const { dateTime } = format;

export const enInvitations = {
  title: () => "Invitations",
  add: () => "Invite",
  addTitle: () => "Invite somebody",
  addHint: () => "They choose name and password by a link that you send them.",
  addFailed: () => "The invitation was not made",
  create: () => "Make the link",
  readyFor: (p: { email: string }) => `Invitation for ${p.email}`,
  loadFailed: () => "The invitations could not be loaded",
  none: () => "Nobody has been invited yet.",
  groups: () => "Groups",
  groupsPlaceholder: () => "Search groups",
  goodFor: () => "Good for",
  goodForDays: { 1: () => "1 day", 7: () => "7 days", 30: () => "30 days" },
  state: { open: () => "Open", used: () => "Used", revoked: () => "Revoked", expired: () => "Expired" },
  until: (p: { until: string }) => `good until ${dateTime(new Date(p.until))}`,
  revoke: () => "Revoke",
  revokeThis: (p: { email: string }) => `Revoke the invitation for ${p.email}`,
  revokeFailed: (p: { email: string }) => `The invitation for ${p.email} was not revoked`,
  older: () => "Show older ones",
};
