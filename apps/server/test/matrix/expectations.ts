import type { Expectations } from "./row.ts";

/**
 * What many rows have in common. A row that differs in one column is written out.
 *
 *   people: anonymous pending suspended | stranger reader groupMember writer owner | admin adminWithoutBypass
 *   keys:   full readOnly invokeOnly listed unlisted expired | adminsFull
 *
 * A credential that has ended opens nothing, not even what is open to everybody.
 */
export const everybody: Expectations = { people: "AAD AAAAA AA", keys: "AAAAAD A" };

/** Nobody is asked who they are. */
export const withoutLooking: Expectations = { people: "AAA AAAAA AA", keys: "AAAAAA A" };

/** Active people, and keys with `models:read`. */
export const readers: Expectations = { people: "DDD AAAAA AA", keys: "AADAAD A" };

/** Active people, and keys with `models:write`. */
export const writers: Expectations = { people: "DDD AAAAA AA", keys: "ADDDDD A" };

/** Active people, and keys with `gateway:invoke`. */
export const callers: Expectations = { people: "DDD AAAAA AA", keys: "ADAAAD A" };

/** Active people who are signed in: no key does this, an administrator's neither. */
export const signedIn: Expectations = { people: "DDD AAAAA AA", keys: "DDDDDD D" };

/** Whoever has `connections.read`, which members have not. */
export const connectionReaders: Expectations = { people: "DDD DDDDD AA", keys: "DDDDDD A" };

/** Administrators, and their keys with the scope `admin`. */
export const administrators: Expectations = { people: "DDD DDDDD AA", keys: "DDDDDD A" };

/** Administrators who are signed in. */
export const signedInAdministrators: Expectations = { people: "DDD DDDDD AA", keys: "DDDDDD D" };
