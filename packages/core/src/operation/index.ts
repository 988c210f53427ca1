export { bulkChangeSchema, type BulkChange } from "./bulk-change.ts";
export {
  countOutcomes,
  itemOutcomes,
  itemResultSchema,
  outcomeCountsSchema,
  type ItemOutcome,
  type ItemResult,
  type ItemWrite,
  type OutcomeCounts,
} from "./item-write.ts";
export {
  operationKinds,
  operationReportSchema,
  operationSchema,
  operationStates,
  type Chunk,
  type ChunkWork,
  type NewOperation,
  type Operation,
  type OperationAuthor,
  type OperationKind,
  type OperationReport,
  type OperationRepository,
} from "./operation.ts";
export {
  bulkRequestSchema,
  createOperationService,
  operationDetailQuerySchema,
  operationQuerySchema,
  undoModelSchema,
  undoOperationSchema,
  type OperationService,
} from "./operation-service.ts";
export { orderItems } from "./order-items.ts";
export { startResumingOperations } from "./resume-operations.ts";
export type { OperationPorts } from "./run-operation.ts";
export { writeItems, type WriteItemsRequest } from "./write-items.ts";
export { writeItemsWithin } from "./write-items-within.ts";
