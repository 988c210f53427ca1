import { nobody } from "../ask.ts";
import { signedIn } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

/** Where the owner is named: an administrator sees and ends anybody's, and makes none. */
const ownerOrAdministrators = { people: "DDD DDDDA AA", keys: "DDDDDD D" };

/** One's own keys and nobody else's, where no owner is named. */
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
  {
    door: "keys.list",
    about: "of somebody else",
    ...ownerOrAdministrators,
    call: (_, { owner }) => query("keys.list", { ownerId: owner.id }),
  },
  {
    door: "keys.delete",
    about: "of somebody else",
    ...ownerOrAdministrators,
    call: (_, { owner }) => mutation("keys.delete", { id: nobody, ownerId: owner.id }),
    allowed: "key_not_found",
  },
];
