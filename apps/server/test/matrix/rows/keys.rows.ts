import { signedIn } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

/** One's own keys and nobody else's: for administrators too, other people's do not exist. */
const ownersOnly = { people: "DDD HHHHA HH", keys: "DDDDDD D" };

export const rows: readonly Row[] = [
  { door: "keys.list", ...signedIn, call: () => query("keys.list") },
  { door: "keys.getDefault", ...signedIn, call: () => query("keys.getDefault") },
  {
    door: "keys.create",
    ...signedIn,
    call: () => mutation("keys.create", { name: "x", expiresAt: "2001-01-01T00:00:00Z" }),
    allowed: "invalid_input",
  },
  {
    door: "keys.replaceDefault",
    ...signedIn,
    call: () => mutation("keys.replaceDefault"),
    repair: (world) => world.remakeDefaultKeys(),
  },
  {
    door: "keys.deleteDefault",
    ...signedIn,
    call: () => mutation("keys.deleteDefault"),
    repair: (world) => world.remakeDefaultKeys(),
  },
  {
    door: "keys.update",
    ...ownersOnly,
    call: ({ key }) => mutation("keys.update", { id: key, name: "object" }),
  },
  { door: "keys.roll", ...ownersOnly, call: ({ key }) => mutation("keys.roll", { id: key }) },
  {
    door: "keys.delete",
    ...ownersOnly,
    call: ({ key }) => mutation("keys.delete", { id: key }),
    repair: (world) => world.remakeObjectKey(),
  },
];
