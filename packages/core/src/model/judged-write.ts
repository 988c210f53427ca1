import type { Repositories } from "../database/unit-of-work.ts";
import { isSameJson } from "../json-equality.ts";
import type { ModelRecord } from "./model-record.ts";
import type { NewModelRecord, RecordIdentity } from "./model-repository.ts";

/** What a write comes to once it is decided. Nothing is stored yet. */
export type JudgedWrite =
  | {
      readonly kind: "insert";
      readonly record: NewModelRecord;
      /** Of a record that was deleted and comes back. */
      readonly identity?: RecordIdentity;
    }
  | { readonly kind: "update"; readonly before: ModelRecord; readonly record: ModelRecord }
  | { readonly kind: "delete"; readonly before: ModelRecord }
  | { readonly kind: "none"; readonly record: ModelRecord };

/** No difference writes nothing. */
export function toUpdate(before: ModelRecord, record: ModelRecord): JudgedWrite {
  return isSameJson(before, record) ? { kind: "none", record: before } : { kind: "update", before, record };
}

/** The only way from a decision to the database. Returns what is stored now; `undefined` after a deletion. */
export async function storeWrite(
  { models }: Pick<Repositories, "models">,
  judged: JudgedWrite,
): Promise<ModelRecord | undefined> {
  switch (judged.kind) {
    case "insert":
      return models.insert(judged.record, judged.identity);
    case "update":
      return models.update(judged.record);
    case "none":
      return judged.record;
    case "delete":
      await models.delete(judged.before.uid);
      return undefined;
  }
}
