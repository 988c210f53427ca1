import type { Catalog } from "../catalog/catalog.ts";
import type { DiscoveryRepository } from "../catalog/discovery-repository.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import { discoverModels, type DescribedFacts } from "./discover-models.ts";
import type { ConnectionHealthBoard } from "./health-board.ts";
import type { RefreshLeases } from "./refresh-leases.ts";
import { toUnresolvedReason } from "./secret-references.ts";

/** A whole listing with its descriptions may take so long, whatever the provider's own deadlines. */
export const listingMs = 60_000;

/** What is known of a connection between its listings. */
export type ListedConnection = {
  readonly uid: string;
  readonly described: DescribedFacts;
  readonly stop: AbortController;
  failures: number;
  /** Number of the last change that a listing made. */
  change: number | null;
};

export type ListerPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly registry: Pick<ProviderRegistry, "get">;
  readonly leases: Pick<RefreshLeases, "announceHealth">;
  readonly now: () => Date;
  /** Called with failures of ours, e.g. of the database; the next round tries again. */
  readonly onError: (error: unknown) => void;
};

/** Asks one endpoint for its models, and writes down what it said and how it went. */
export class ConnectionLister {
  readonly #ports: ListerPorts;
  readonly #board: ConnectionHealthBoard;

  constructor(ports: ListerPorts, board: ConnectionHealthBoard) {
    this.#ports = ports;
    this.#board = board;
  }

  /** Never throws: a failure is its lamp. */
  async list(track: ListedConnection): Promise<void> {
    const signal = AbortSignal.any([track.stop.signal, AbortSignal.timeout(listingMs)]);
    try {
      const { connection, provider } = await this.#ports.registry.get(track.uid);
      const started = performance.now();
      const models = await discoverModels({ connection, provider, described: track.described }, signal);
      const latencyMs = Math.round(performance.now() - started);
      const at = this.#ports.now().toISOString();
      track.change = await this.store(async (discovery) => discovery.applyListing(track.uid, models, at));
      track.failures = 0;
      this.#board.succeed(track.uid, { at, latencyMs, modelCount: models.length });
    } catch (error) {
      if (track.stop.signal.aborted) return;
      track.failures += 1;
      this.#fail(track, error);
    }
    await this.#saveHealth(track.uid);
  }

  #fail(track: ListedConnection, error: unknown): void {
    const isOurs = !isDomainError(error) && !(error instanceof DOMException);
    if (isOurs || (isDomainError(error) && error.code === "database_unavailable")) {
      this.#ports.onError(error);
      return;
    }
    const failure = isDomainError(error)
      ? toUnresolvedReason(error)
      : new DomainError("upstream_timeout", "Listing the models took too long.");
    this.#board.fail(track.uid, this.#ports.now().toISOString(), failure);
  }

  async #saveHealth(uid: string): Promise<void> {
    const stored = this.#board.toStored(uid);
    if (stored === undefined) return;
    await this.store(async (discovery) => discovery.saveHealth(stored))
      .then(() => this.#ports.leases.announceHealth(uid))
      .catch(this.#ports.onError);
  }

  /** In a transaction of the server's own; back when this process shows what came of it. */
  async store(work: (discovery: DiscoveryRepository) => Promise<void>): Promise<number | null> {
    const author = { actorId: null, action: "connections.refresh" };
    const { change } = await this.#ports.unitOfWork.write(author, ({ discovery }) => work(discovery));
    await this.#ports.catalog.acknowledge(change);
    return change;
  }
}
