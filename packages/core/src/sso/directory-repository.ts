import type { Role } from "@corral/access-control";
import type { User } from "../identity/user.ts";
import type { Secret } from "../secret.ts";

/** An account as another directory calls it. */
export type DirectoryLink = { readonly providerId: string; readonly subject: string };

/** Accounts that are managed from elsewhere. */
export interface DirectoryRepository {
  findLinked(link: DirectoryLink): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** Without a password. @throws DomainError `email_taken`. */
  insertUser(user: {
    readonly email: string;
    readonly emailVerified: boolean;
    readonly name: string;
    readonly role: Role;
  }): Promise<User>;
  link(userId: string, link: DirectoryLink): Promise<void>;
  /**
   * Makes somebody a member of what a provider gives and ends what it gave before. Memberships that come from elsewhere
   * stay.
   */
  giveGroups(
    userId: string,
    gift: { readonly providerId: string; readonly groupIds: readonly string[] },
  ): Promise<void>;
  /** Remembers what a session began with, for the sign-out at the provider. */
  noteSession(session: {
    readonly sessionId: string;
    readonly providerId: string;
    readonly idToken: Secret;
  }): Promise<void>;
  findSession(
    sessionId: string,
  ): Promise<{ readonly providerId: string; readonly idToken: Secret } | undefined>;
}
