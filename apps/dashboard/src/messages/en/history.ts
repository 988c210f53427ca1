import { format } from "../../lib/format.ts";

const { number, plural } = format;

export const enHistory = {
  open: () => "History",
  title: (p: { name: string }) => `History of ${p.name}`,
  version: (p: { number: number }) => `Version ${number(p.number)}`,
  current: () => "Current",
  first: () => "The oldest version that is kept.",
  nothingSeen: () => "Nothing that is shown here changed.",
  removed: () => "removed",
  system: () => "System",
  someoneGone: () => "A deleted account",
  older: () => "Show older versions",
  restore: () => "Restore",
  restoreNumber: (p: { number: number }) => `Restore version ${number(p.number)}`,
  restoreTitle: (p: { number: number; name: string }) =>
    `Make ${p.name} again what it was at version ${number(p.number)}?`,
  restoreHint: () =>
    "This is saved as a new version, so nothing is lost. Whoever has been deleted since does not get access back.",
  restoreFailed: (p: { name: string }) => `${p.name} was not restored`,
  loadFailed: () => "The history could not be loaded",
  inherited: () => "As the connection says",
  grants: (p: { count: number }) =>
    `${number(p.count)} ${plural(p.count, { one: "grant", other: "grants" })}`,
  field: {
    baseAccess: () => "reading the base",
    ownerId: () => "owner",
  },
};
