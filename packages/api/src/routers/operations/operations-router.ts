import { router } from "../../trpc.ts";
import { getOperation } from "./get-operation.ts";
import { listOperations } from "./list-operations.ts";
import { undoOperation } from "./undo-operation.ts";

export const operationsRouter = router({ list: listOperations, get: getOperation, undo: undoOperation });
