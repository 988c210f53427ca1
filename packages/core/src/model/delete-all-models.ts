import { z } from "zod";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";

export const deleteAllModelsSchema = z.strictObject({
  /** How many records the caller has seen: what is deleted is exactly what was agreed to. */
  expectedTotal: z.int().min(1),
});
export type DeleteAllModels = z.output<typeof deleteAllModelsSchema>;

/**
 * Deletes every record, settings of providers' models included, in one transaction under one change number.
 *
 * It frees what settings had restricted and needs no `force` beside the number, which says that the caller means all.
 *
 * @throws DomainError `access_denied`, `selection_changed` with nothing deleted.
 */
export function deleteAllModels(
  { unitOfWork }: ModelPorts,
  { actor, author }: Writer,
  { expectedTotal }: DeleteAllModels,
): Promise<Committed<number>> {
  if (actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators delete everything.");
  }
  return unitOfWork.write(author, async ({ models }) => {
    const total = await models.deleteAll();
    if (total === expectedTotal) return total;
    throw new DomainError("selection_changed", `There are ${total} records, not ${expectedTotal}.`, {
      details: { current: { total } },
    });
  });
}
