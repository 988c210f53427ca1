import type { Permission } from "@corral/access-control";
import { z } from "zod";
import type { RecordChange } from "../model/model-repository.ts";
import { itemResultSchema, outcomeCountsSchema, type ItemResult, type ItemWrite } from "./item-write.ts";

export const operationKinds = ["bulk", "import", "sync", "apply", "deleteAll", "undo"] as const;
export type OperationKind = (typeof operationKinds)[number];
/** `running`: parts of it are stored, the others follow, also after a restart. */
export const operationStates = ["running", "done", "failed"] as const;

/** A write of many items, or one that was taken back. */
export const operationSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(operationKinds),
  /** `null`: the account is gone. */
  actorId: z.string().nullable(),
  state: z.enum(operationStates),
  /** Items; the results of a running operation are fewer. */
  total: z.int(),
  counts: outcomeCountsSchema,
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  /** The operation that this one takes back. */
  undoes: z.string().nullable(),
});
export type Operation = z.output<typeof operationSchema>;

/** Who writes, as it must be known after a restart: never wider than it was then, nor than it is by then. */
export type OperationAuthor = {
  readonly actorId: string;
  readonly requestId?: string;
  readonly action: string;
  readonly permissions: readonly Permission[];
};

/** What is written in one transaction. Plain JSON. */
export type ChunkWork =
  | { readonly kind: "items"; readonly items: readonly ItemWrite[] }
  /** Takes back what a transaction did: to this record, or to all. */
  | { readonly kind: "undo"; readonly change: number; readonly uid?: string };

export type NewOperation = {
  readonly kind: OperationKind;
  readonly author: OperationAuthor;
  readonly total: number;
  readonly undoes: string | null;
};

/** The next part of a running operation, and all that is needed to write it. */
export type Chunk = {
  readonly index: number;
  readonly work: ChunkWork;
  readonly kind: OperationKind;
  readonly author: OperationAuthor;
};

/** Where operations are kept, with the results of their items. */
export interface OperationRepository {
  /** A whole one that was written in this transaction. The last thing a transaction does. Returns its id. */
  insertDone(operation: NewOperation, results: readonly ItemResult[]): Promise<string>;
  /** One whose parts are to be written. Returns its id. */
  insertPlanned(operation: NewOperation, work: readonly ChunkWork[]): Promise<string>;
  find(id: string): Promise<Operation | undefined>;
  /** Newest first; of everybody without `actorId`. */
  list(query: {
    readonly actorId?: string;
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly operations: readonly Operation[]; readonly total: number }>;
  /** In the order in which they were written. */
  listResults(
    id: string,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly ItemResult[]>;
  /** Numbers of the transactions that changed something, the last one first. */
  listChanges(id: string): Promise<readonly number[]>;
  /** Nothing of one that has ended. */
  findNextChunk(id: string): Promise<Chunk | undefined>;
  /** Waits for whoever writes it. `false`: it is done. */
  lockChunk(id: string, index: number): Promise<boolean>;
  /** With its results, in its own transaction, as the last thing. The last part ends the operation. */
  finishChunk(id: string, index: number, results: readonly ItemResult[]): Promise<void>;
  fail(id: string): Promise<void>;
  /** Running ones that nobody has gone on with for this long. */
  listAbandoned(afterMs: number): Promise<readonly string[]>;
  /** What a transaction did to records. Nothing for one that the log does not keep any more. */
  listRecordChanges(change: number, uid?: string): Promise<readonly RecordChange[]>;
  /** The transaction that made this revision of a record, or deleted the record at it. */
  findChangeOf(record: { readonly uid: string; readonly revision: number }): Promise<
    | {
        readonly change: number;
        /** Whether it was a part of an operation of many items. */ readonly isShared: boolean;
      }
    | undefined
  >;
}

export const operationReportSchema = z.strictObject({
  /** `null` when nothing was written. */
  operationId: z.string().nullable(),
  state: z.enum(operationStates),
  /** In the order of the items. */
  results: z.array(itemResultSchema).readonly(),
  counts: outcomeCountsSchema,
});
export type OperationReport = z.output<typeof operationReportSchema>;
