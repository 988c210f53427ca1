import type { AuditLine, AuditQuery } from "../audit/audit-entry.ts";
import type { JsonObject } from "../json.ts";

/** The change log, as people read it. */
export interface AuditLog {
  /** Writes a line about what no table shows, such as an operation on a provider's server. */
  note(line: {
    readonly targetKind: "ollama" | "document" | "user";
    readonly targetUid: string;
    readonly details: JsonObject;
  }): Promise<void>;
  /** Newest first, without the lines that tell nobody anything but to read an object again. */
  list(query: AuditQuery): Promise<readonly AuditLine[]>;
}
