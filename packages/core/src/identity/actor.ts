import type { Permission, Principal } from "@corral/access-control";
import type { KeyAllowList } from "./key-allow-list.ts";

/** What an API key may be used for. A session has every scope. */
export const keyScopes = [
  "gateway:invoke",
  "models:read",
  "models:write",
  "connections:read",
  "admin",
] as const;
export type KeyScope = (typeof keyScopes)[number];

/** How the caller proved who they are. */
export type Credential =
  | { readonly kind: "session"; readonly sessionId: string }
  | {
      readonly kind: "key";
      readonly keyId: string;
      readonly name: string;
      readonly scopes: ReadonlySet<KeyScope> | "owner";
      /** `null`: whatever its owner may name. */
      readonly models: KeyAllowList | null;
    };

/** An authenticated caller. What they may do is always decided anew from this value. */
export type Actor = {
  readonly principal: Principal;
  readonly permissions: ReadonlySet<Permission>;
  readonly name: string;
  readonly email: string;
  readonly credential: Credential;
};

/** Who writes, for the change log. `actorId: null` is the system itself. */
export type ChangeAuthor = {
  readonly actorId: string | null;
  readonly requestId?: string;
  /** Name of the use case, e.g. `models.update`. */
  readonly action: string;
  /** Number of the change that this one takes back. */
  readonly undoes?: number;
  /** Through whose eyes an administrator looks. */
  readonly actingAs?: string;
};
