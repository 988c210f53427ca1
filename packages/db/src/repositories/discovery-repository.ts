import { DomainError, type DiscoveryRepository, type StoredHealth } from "@corral/core";
import type { InferEntity } from "@mikro-orm/postgresql";
import { ConnectionHealthEntity } from "../entities/connection.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { applyListing } from "./apply-listing.ts";

export function createDiscoveryRepository({ em }: Session): DiscoveryRepository {
  return {
    async listHealth() {
      const orderBy = { connectionUid: "asc" } as const;
      return (await em.find(ConnectionHealthEntity, {}, { ...fresh, orderBy })).map(toStoredHealth);
    },
    async saveHealth(health) {
      if (!isUid(health.connectionUid)) throw new DomainError("connection_not_found");
      await atomically(em, (inner) =>
        inner.upsert(ConnectionHealthEntity, toColumns(health), { ...fresh, onConflictAction: "merge" }),
      );
    },
    applyListing: (connectionUid, models, at) =>
      atomically(em, (inner) => applyListing(inner, { connectionUid, models, at })),
  };
}

function toStoredHealth(row: InferEntity<typeof ConnectionHealthEntity>): StoredHealth {
  return {
    connectionUid: row.connectionUid,
    lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: row.lastFailureAt?.toISOString() ?? null,
    errorCode: row.errorCode ?? null,
    errorMessage: row.errorMessage ?? null,
    consecutiveFailures: row.consecutiveFailures,
    latencyMs: row.latencyMs ?? null,
    modelCount: row.modelCount,
  };
}

function toColumns(health: StoredHealth) {
  return {
    ...health,
    lastSuccessAt: health.lastSuccessAt === null ? null : new Date(health.lastSuccessAt),
    lastFailureAt: health.lastFailureAt === null ? null : new Date(health.lastFailureAt),
  };
}
