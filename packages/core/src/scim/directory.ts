import type { Group, User } from "../identity/user.ts";

/** An account as a directory sees it. */
export type DirectoryUser = User & {
  /** As the directory calls it; the address for accounts that no directory made. */
  readonly userName: string;
  readonly externalId: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly updatedAt: string;
};

/** What a directory may say of an account. */
export type DirectoryUserState = Pick<
  DirectoryUser,
  "userName" | "externalId" | "givenName" | "familyName" | "name" | "email"
> & { readonly active: boolean };

export type DirectoryGroup = Group & { readonly externalId: string | null };
export type DirectoryGroupState = Pick<DirectoryGroup, "name" | "externalId" | "memberIds">;

/** Users: `id`, `userName`, `externalId`, `displayName`, `email`; groups: `id`, `displayName`, `externalId`. */
export type DirectoryFilter = {
  readonly attribute: "id" | "userName" | "externalId" | "displayName" | "email";
  readonly value: string;
};
export type DirectoryQuery = {
  readonly filter?: DirectoryFilter;
  readonly offset: number;
  readonly limit: number;
};
export type DirectoryPage<T> = { readonly total: number; readonly items: readonly T[] };
