import type { Secret } from "../secret.ts";
import type { IdentityProvider, NewIdentityProvider } from "./identity-provider.ts";

/** Where identity providers are kept; their secrets are sealed. */
export interface IdentityProviderRepository {
  /** By name. */
  list(): Promise<readonly IdentityProvider[]>;
  find(id: string): Promise<IdentityProvider | undefined>;
  findBySlug(slug: string): Promise<IdentityProvider | undefined>;
  /** `null`: a public client. */
  openSecret(id: string): Promise<Secret | null>;
  /** @throws DomainError `name_taken`. */
  insert(provider: NewIdentityProvider, secret: Secret | null): Promise<IdentityProvider>;
  /**
   * @param secret `undefined` keeps it.
   * @throws DomainError `identity_provider_not_found`, `revision_conflict`.
   */
  update(provider: IdentityProvider, secret: Secret | null | undefined): Promise<IdentityProvider>;
  /** Nobody signs in by it any more, and the sessions that it began end. @throws DomainError `identity_provider_not_found`. */
  delete(id: string): Promise<void>;
}
