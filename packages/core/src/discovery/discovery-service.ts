import { hasPermission } from "@corral/access-control";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import type { DiscoveryEvent, DiscoveryEventQuery } from "./discovery-event.ts";

/** What listings brought. */
export interface DiscoveryService {
  /** Newest first. Needs `connections.read`. @throws DomainError `access_denied`. */
  events(actor: Actor, query: DiscoveryEventQuery): Promise<readonly DiscoveryEvent[]>;
}

export function createDiscoveryService(ports: { readonly unitOfWork: UnitOfWork }): DiscoveryService {
  return {
    async events(actor, query) {
      if (!hasPermission(actor.principal, "connections.read", actor.permissions)) {
        throw new DomainError("access_denied", "Seeing connections needs the permission connections.read.");
      }
      return ports.unitOfWork.read(({ discovery }) => discovery.listEvents(query));
    },
  };
}
