import type { ProviderModel } from "../provider/provider.ts";
import type { DiscoveryEvent, DiscoveryEventQuery } from "../discovery/discovery-event.ts";
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
};

/** Where listings are kept, so that the last good copy survives a restart. */
export interface DiscoveryRepository {
  listHealth(): Promise<readonly StoredHealth[]>;
  saveHealth(health: StoredHealth): Promise<void>;
  /**
   * Makes the stored placements of a connection equal to a successful listing: new base models appear and claim their
   * names (shadowed where taken), facts are updated, returning ones are unmarked. Rows without a change are not written.
   *
   * A missing one is marked `missingSince` its first absence, but only after two listings without it that are
   * `limits.goneAfterMs` apart, of which empty ones count from the third in a row. What the connection's own
   * filter leaves out is marked at once. Base models that are new to the catalog get what the first matching policy
   * says, and each difference is kept as an event.
   */
  applyListing(connectionUid: string, models: readonly DiscoveredModel[], at: string): Promise<void>;
  /** Marks as missing what somebody has just deleted there through us: its absence needs no witness. */
  markRemoved(connectionUid: string, upstreamIds: readonly string[], at: string): Promise<void>;
  /** Newest first. */
  listEvents(query: DiscoveryEventQuery): Promise<readonly DiscoveryEvent[]>;
}
