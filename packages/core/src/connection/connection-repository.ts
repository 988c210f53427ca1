import type { ConnectionEndpoint } from "./connection-endpoint.ts";
import type { ArchivedConnection } from "./restore-connection.ts";
import type { Connection, ConnectionFields, ConnectionSecrets } from "./connection.ts";

type Given = "uid" | "revision" | "createdAt" | "updatedAt" | "position";
type OfSecrets =
  | "keyFingerprint"
  | "keySetAt"
  | "clientSecretFingerprint"
  | "clientSecretSetAt"
  | "headerNames"
  | "secretReferences";

/** What a connection has before it is stored. */
export type NewConnectionFields = Omit<ConnectionFields, Given | OfSecrets>;
export type NewConnection = NewConnectionFields & Readonly<ConnectionEndpoint>;

/** Where connections are kept; secrets are encrypted at rest. */
export interface ConnectionRepository {
  list(): Promise<readonly Connection[]>;
  find(uid: string): Promise<Connection | undefined>;
  /** Decrypted, for the provider factory only. */
  getSecrets(uid: string): Promise<ConnectionSecrets>;
  /** Appends at the end of the order. @throws DomainError `name_taken` for slug or prefix, `principal_not_found`. */
  insert(connection: NewConnection, secrets: ConnectionSecrets): Promise<Connection>;
  /** `secrets` absent keeps the stored ones. @throws DomainError `revision_conflict`, `connection_not_found`, `name_taken`. */
  update(connection: Connection, secrets?: ConnectionSecrets): Promise<Connection>;
  /** Archives: secrets erased, placements gone, base models with a record or dependants stay without a placement. */
  archive(uid: string): Promise<void>;
  /** The latest first, at most `limits.archivedConnections`. */
  listArchived(): Promise<readonly ArchivedConnection[]>;
  /**
   * Makes an archived one live again, at the end of the order. What it served and what is left of that counts as
   * missing until a listing says more. @throws DomainError `connection_not_found`, `name_taken`.
   */
  restore(connection: Connection, secrets: ConnectionSecrets): Promise<Connection>;
}
