import type { ProviderModel } from "../provider/provider.ts";
import type { ErrorCode } from "../error/error-codes.ts";

/** How the last attempts to list a connection's models went. Times are ISO 8601. */
export type StoredHealth = {
  readonly connectionUid: string;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly consecutiveFailures: number;
  readonly latencyMs: number | null;
  readonly modelCount: number;
};

export type DiscoveredModel = ProviderModel & {
  /** The public name it asks for: the id, canonical for Ollama, with the connection's prefix. */
  readonly publicId: string;
  /** The prefix in it, where the connection may have got another one since it was asked. */
  readonly prefix?: string | null;
};

/** Where listings are kept, so that the last good copy survives a restart. */
export interface DiscoveryRepository {
  listHealth(): Promise<readonly StoredHealth[]>;
  saveHealth(health: StoredHealth): Promise<void>;
  /**
   * Makes the stored placements of a connection equal to a successful listing: new base models appear and claim their
   * names (shadowed where taken), facts are updated, missing ones are marked `missingSince`, returning ones are unmarked.
   * Rows without a change are not written.
   * A listing whose connection has another prefix by now is not applied.
   */
  applyListing(connectionUid: string, models: readonly DiscoveredModel[], at: string): Promise<void>;
}
