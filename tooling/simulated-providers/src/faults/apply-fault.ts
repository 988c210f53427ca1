import type { Answer } from "../server/answer.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { bodyFaults } from "./body-faults.ts";
import { connectionFaults } from "./connection-faults.ts";
import type { Dialect } from "./dialect.ts";
import type { Fault, FaultKind, FaultOf } from "./fault.ts";
import { framingFaults } from "./framing-faults.ts";
import { listFaults } from "./list-faults.ts";
import { streamFaults } from "./stream-faults.ts";

/** The request a fault strikes, and the way to the answer it would have had. */
export type FaultContext = {
  request: SimulatedRequest;
  dialect: Dialect;
  handle: (request: SimulatedRequest) => Promise<Answer>;
};

export type FaultRow<K extends FaultKind> = (
  fault: FaultOf<K>,
  context: FaultContext,
) => Answer | Promise<Answer>;

/** One row a fault. */
export const faultTable: { [K in FaultKind]: FaultRow<K> } = {
  ...connectionFaults,
  ...framingFaults,
  ...bodyFaults,
  ...streamFaults,
  ...listFaults,
};

export async function applyFault(fault: Fault, context: FaultContext): Promise<Answer> {
  // The table's type pairs each kind with its own row; TypeScript cannot follow that through a union.
  const row = faultTable[fault.kind] as (fault: Fault, context: FaultContext) => Answer | Promise<Answer>;
  return await row(fault, context);
}
