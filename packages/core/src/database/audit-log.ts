import type { JsonObject } from "../json.ts";

/** Lines of the change log about what no table shows, such as an operation on a provider's server. */
export interface AuditLog {
  note(line: {
    readonly targetKind: "ollama";
    readonly targetUid: string;
    readonly details: JsonObject;
  }): Promise<void>;
}
