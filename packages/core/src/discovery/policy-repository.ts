import type { DiscoveryPolicy } from "./discovery-policy.ts";

export type NewPolicy = Pick<DiscoveryPolicy, "name" | "enabled" | "match" | "actions">;

/** Where policies are kept. Their pictures are stored once, and read back as `corral-image:<SHA-256>`. */
export interface PolicyRepository {
  /** In their order. */
  list(): Promise<readonly DiscoveryPolicy[]>;
  /** At the end of the order. @throws DomainError `name_taken`. */
  insert(policy: NewPolicy): Promise<DiscoveryPolicy>;
  /** @throws DomainError `policy_not_found`, `revision_conflict` with the current one, `name_taken`. */
  update(policy: DiscoveryPolicy): Promise<DiscoveryPolicy>;
  /** @throws DomainError `policy_not_found`. */
  delete(uid: string): Promise<void>;
  /** Stores what the policy says about these base models where nothing is stored yet; gives back the uids of those. */
  applyTo(policy: DiscoveryPolicy, baseUids: readonly string[]): Promise<readonly string[]>;
  /** Gives the policies these places; each is named exactly once. */
  reorder(uids: readonly string[]): Promise<void>;
}
