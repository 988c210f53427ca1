import type { ScimToken } from "./scim-token.ts";
import type { DirectoryGroup, DirectoryPage, DirectoryQuery, DirectoryUser } from "./directory.ts";

type UserFields = Pick<DirectoryUser, "userName" | "externalId" | "givenName" | "familyName">;

/** What directories say of accounts and groups beyond what everybody knows, and the tokens that they come with. */
export interface ScimRepository {
  /** People, the oldest first; never accounts of programs. */
  listUsers(query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;
  /** Holds it until the transaction ends, so that nobody changes it meanwhile. */
  lockUser(id: string): Promise<DirectoryUser | undefined>;
  /** @throws DomainError `name_taken` for the user name. */
  saveUser(id: string, fields: UserFields): Promise<void>;
  /** @throws DomainError `email_taken`. */
  setEmail(id: string, email: string): Promise<void>;
  /** The oldest first. */
  listGroups(query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;
  lockGroup(id: string): Promise<DirectoryGroup | undefined>;
  saveGroup(id: string, fields: Pick<DirectoryGroup, "externalId">): Promise<void>;
  listTokens(): Promise<readonly ScimToken[]>;
  findToken(hash: string): Promise<ScimToken | undefined>;
  insertToken(token: Omit<ScimToken, "id" | "createdAt"> & { readonly hash: string }): Promise<ScimToken>;
  deleteToken(id: string): Promise<boolean>;
}
