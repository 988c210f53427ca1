import { limits } from "../limits.ts";
import type { Writer } from "../model/model-ports.ts";
import type { ItemResult, ItemWrite } from "./item-write.ts";
import type { OperationKind, OperationReport } from "./operation.ts";
import { orderItems } from "./order-items.ts";
import { runOperation, type OperationPorts } from "./run-operation.ts";

export type WriteItemsRequest = {
  readonly items: readonly ItemWrite[];
  readonly kind: OperationKind;
  /** All items or none. */
  readonly strict: boolean;
  /** The same report, and nothing is written. */
  readonly dryRun: boolean;
};

/**
 * Writes many items, each as the single call by this actor would be judged, and each over those before it. Items that
 * are refused are reported, the others land: up to `limits.operationItems` in one transaction, more in as many as it
 * takes, which go on after a restart. Returns when all are written.
 *
 * @throws DomainError for what concerns all of them, such as a database that is gone. Of one transaction nothing is
 *   written then; of many the rest follows.
 */
export async function writeItems(
  ports: OperationPorts,
  writer: Writer,
  request: WriteItemsRequest,
): Promise<OperationReport> {
  const { items } = request;
  const order = orderItems(items, ports.catalog.current());
  const sorted = order.flatMap((at) => items[at] ?? []);
  const work = Array.from({ length: Math.ceil(sorted.length / limits.operationItems) }, (_, index) => {
    const start = index * limits.operationItems;
    return { kind: "items", items: sorted.slice(start, start + limits.operationItems) } as const;
  });
  const report = await runOperation(ports, writer, { ...request, work, total: items.length, undoes: null });
  const results: ItemResult[] = [];
  for (const [index, at] of order.entries()) {
    const result = report.results[index];
    if (result !== undefined) results[at] = result;
  }
  return { ...report, results: results.filter((result) => result !== undefined) };
}
