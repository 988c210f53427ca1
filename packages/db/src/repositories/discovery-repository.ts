import {
  DomainError,
  type DiscoveryEvent,
  type DiscoveryEventQuery,
  type DiscoveryRepository,
  type StoredHealth,
} from "@corral/core";
import type { EntityManager, InferEntity } from "@mikro-orm/postgresql";
import { ConnectionHealthEntity } from "../entities/connection.entity.ts";
import { DiscoveryEventEntity } from "../entities/discovery-event.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { applyListing, markRemoved } from "./apply-listing.ts";

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
    markRemoved: (connectionUid, upstreamIds, at) =>
      atomically(em, (inner) => markRemoved(inner, { connectionUid, at }, upstreamIds)),
    listEvents: (query) => listEvents(em, query),
  };
}

async function listEvents(
  em: EntityManager,
  { connectionUid, kinds, before, limit }: DiscoveryEventQuery,
): Promise<readonly DiscoveryEvent[]> {
  if (connectionUid !== undefined && !isUid(connectionUid)) return [];
  const where = {
    ...(connectionUid !== undefined && { connectionUid }),
    ...(kinds !== undefined && { kind: { $in: kinds } }),
    ...(before !== undefined && { id: { $lt: before } }),
  };
  const rows = await em.find(DiscoveryEventEntity, where, { ...fresh, orderBy: { id: "desc" }, limit });
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    connectionUid: row.connectionUid,
    baseUid: row.baseUid,
    upstreamId: row.upstreamId,
    modelId: row.modelId,
    changes: row.changes,
  }));
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
