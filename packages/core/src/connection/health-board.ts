import type { StoredHealth } from "../catalog/discovery-repository.ts";
import type { DomainError } from "../error/domain-error.ts";
import type { ConnectionHealth, ConnectionState, HealthBoard } from "./connection-health.ts";

/** After this many failed checks in a row a connection that once worked counts as unreachable, not as degraded. */
const failuresUntilUnreachable = 3;

/** The lamps of all connections, in memory. Every change of a state raises the epoch. */
export class ConnectionHealthBoard implements HealthBoard {
  readonly #lamps = new Map<string, { readonly health: ConnectionHealth; readonly failures: number }>();
  readonly #listeners = new Set<(health: ConnectionHealth) => void>();
  #epoch = 0;

  get epoch(): number {
    return this.#epoch;
  }

  of(connectionUid: string): ConnectionHealth | undefined {
    return this.#lamps.get(connectionUid)?.health;
  }

  all(): readonly ConnectionHealth[] {
    return [...this.#lamps.values()].map((lamp) => lamp.health);
  }

  /** Calls the listener with each lamp whose state changed. Returns the unsubscriber. */
  onChange(listener: (health: ConnectionHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was known before a restart until the first check says more, and what another process found out. */
  restore(stored: StoredHealth): void {
    const failed = stored.consecutiveFailures > 0;
    const state = failed ? stateAfter(stored.errorCode ?? "upstream_unavailable", stored) : "ready";
    const before = this.of(stored.connectionUid);
    const since = (failed ? stored.lastFailureAt : stored.lastSuccessAt) ?? new Date(0).toISOString();
    this.#set(stored.consecutiveFailures, {
      connectionUid: stored.connectionUid,
      state,
      since: before?.state === state ? before.since : since,
      errorCode: stored.errorCode,
      errorMessage: stored.errorMessage,
      latencyMs: stored.latencyMs,
      lastSuccessAt: stored.lastSuccessAt,
      modelCount: stored.modelCount,
    });
  }

  succeed(
    connectionUid: string,
    check: { readonly at: string; readonly latencyMs: number; readonly modelCount: number },
  ): void {
    const { at, latencyMs, modelCount } = check;
    this.#set(
      0,
      this.#next(
        { connectionUid, state: "ready", at },
        {
          errorCode: null,
          errorMessage: null,
          latencyMs,
          lastSuccessAt: at,
          modelCount,
        },
      ),
    );
  }

  fail(connectionUid: string, at: string, error: DomainError): void {
    const lamp = this.#lamps.get(connectionUid);
    const failures = (lamp?.failures ?? 0) + 1;
    const state = stateAfter(error.code, {
      consecutiveFailures: failures,
      lastSuccessAt: lamp?.health.lastSuccessAt ?? null,
    });
    this.#set(
      failures,
      this.#next(
        { connectionUid, state, at },
        {
          errorCode: error.code,
          errorMessage: error.message,
          latencyMs: null,
        },
      ),
    );
  }

  disable(connectionUid: string, at: string): void {
    this.#set(
      0,
      this.#next(
        { connectionUid, state: "disabled", at },
        { errorCode: null, errorMessage: null, latencyMs: null },
      ),
    );
  }

  remove(connectionUid: string): void {
    if (this.#lamps.delete(connectionUid)) this.#epoch += 1;
  }

  toStored(connectionUid: string): StoredHealth | undefined {
    const lamp = this.#lamps.get(connectionUid);
    if (lamp === undefined) return undefined;
    const { health, failures } = lamp;
    const { errorCode, errorMessage, latencyMs, lastSuccessAt, modelCount } = health;
    const lastFailureAt = failures > 0 ? health.since : null;
    return {
      connectionUid,
      errorCode,
      errorMessage,
      latencyMs,
      lastSuccessAt,
      modelCount,
      lastFailureAt,
      consecutiveFailures: failures,
    };
  }

  #next(
    now: Pick<ConnectionHealth, "connectionUid" | "state"> & { readonly at: string },
    facts: Partial<ConnectionHealth>,
  ): ConnectionHealth {
    const { connectionUid, state, at } = now;
    const before = this.of(connectionUid);
    const empty = {
      errorCode: null,
      errorMessage: null,
      latencyMs: null,
      lastSuccessAt: null,
      modelCount: 0,
    };
    const since = before?.state === state ? before.since : at;
    return { ...empty, ...before, ...facts, connectionUid, state, since };
  }

  #set(failures: number, health: ConnectionHealth): void {
    const before = this.of(health.connectionUid);
    this.#lamps.set(health.connectionUid, { health, failures });
    if (before?.state === health.state && before.errorCode === health.errorCode) return;
    this.#epoch += 1;
    for (const listener of this.#listeners) listener(health);
  }
}

function stateAfter(
  code: DomainError["code"],
  history: Pick<StoredHealth, "consecutiveFailures" | "lastSuccessAt">,
): ConnectionState {
  if (code === "upstream_unauthorized") return "unauthorized";
  return history.lastSuccessAt !== null && history.consecutiveFailures < failuresUntilUnreachable
    ? "degraded"
    : "unreachable";
}
