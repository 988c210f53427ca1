import type { Catalog } from "../catalog/catalog.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import type { AuditEntry, AuditLine, AuditQuery } from "./audit-entry.ts";

/** Who did what. */
export interface AuditService {
  /** Newest first, for administrators. @throws DomainError `access_denied`. */
  list(actor: Actor, query: AuditQuery): Promise<readonly AuditEntry[]>;
}

type Ports = { readonly catalog: Pick<Catalog, "current">; readonly unitOfWork: UnitOfWork };

export function createAuditService(ports: Ports): AuditService {
  return {
    async list(actor, query) {
      assertAdministrator(actor);
      const lines = await ports.unitOfWork.read(({ audit }) => audit.list(query));
      return lines.map((line) => toEntry(ports, actor, line));
    },
  };
}

function toEntry({ catalog }: Ports, actor: Actor, { actorId, ...line }: AuditLine): AuditEntry {
  const isWithheld = line.target.kind === "record" && !mayReadRecord(catalog, actor, line);
  return {
    ...line,
    ...(isWithheld && { before: null, after: null }),
    isWithheld,
    actor:
      actorId === "system" || actorId === "database"
        ? { kind: actorId }
        : { kind: "user", id: actorId, name: catalog.current().findUser(actorId)?.name ?? null },
  };
}

/** As its history: params and prompts are for those who may write the model. Of a deleted one, for who had owned it. */
function mayReadRecord(catalog: Ports["catalog"], actor: Actor, line: Omit<AuditLine, "actorId">): boolean {
  const { principal } = actor;
  if (principal.bypass) return true;
  const snapshot = catalog.current();
  const entry = snapshot.findByUid(line.target.uid);
  if (entry !== undefined) return snapshot.decide(principal, "write", entry).allowed;
  const row = line.after ?? line.before;
  return row?.["owner_id"] === principal.userId || row?.["kind"] === "override";
}
