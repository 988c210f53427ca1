import type { KeyAllowList, KeyScope } from "@corral/core";

/** A session or key as it was last read. Whose it is; never what they may do, which the catalog says at each use. */
export type KnownCredential = {
  readonly kind: "session" | "key";
  readonly id: string;
  readonly userId: string;
  /** Of a key. */
  readonly name: string;
  readonly scopes: ReadonlySet<KeyScope> | "owner";
  readonly models: KeyAllowList | null;
  /** Dead from here on. Use moves it for a session. Milliseconds since 1970, or infinite. */
  expiresAt: number;
  /** Where no use moves the end to. */
  readonly endsAt: number;
};

/** Whether a credential may still be used. */
export function isAlive(credential: KnownCredential, now: number): boolean {
  return now < credential.expiresAt && now < credential.endsAt;
}
