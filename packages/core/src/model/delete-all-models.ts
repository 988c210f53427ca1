import { z } from "zod";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import { assertNotWidening } from "./delete-model.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";

export const deleteAllModelsSchema = z.strictObject({
  /** How many records the caller has seen: what is deleted is exactly what was agreed to. */
  expectedTotal: z.int().min(1),
});
export type DeleteAllModels =
  | z.output<typeof deleteAllModelsSchema>
  /** Without a number: refused where settings keep people out of a provider's model, unless `force`. */
  | { readonly force: boolean };

/**
 * Deletes every record, settings of providers' models included, in one transaction under one change number.
 *
 * It frees what settings had restricted and needs no `force` beside the number, which says that the caller means all.
 *
 * @throws DomainError `access_denied`, `selection_changed` and `dependants_exist` with nothing deleted.
 */
export function deleteAllModels(
  { unitOfWork, catalog }: ModelPorts,
  { actor, author }: Writer,
  input: DeleteAllModels,
): Promise<Committed<number>> {
  if (actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators delete everything.");
  }
  const expectedTotal = "expectedTotal" in input ? input.expectedTotal : undefined;
  if ("force" in input && !input.force) {
    for (const model of contentsOf(catalog.current()).models.rows) {
      if (model?.entry.kind === "base" && model.entry.override !== null)
        assertNotWidening(model.entry, model.entry.override.access);
    }
  }
  return unitOfWork.write(author, async ({ models }) => {
    const total = await models.deleteAll();
    if (expectedTotal === undefined || total === expectedTotal) return total;
    throw new DomainError("selection_changed", `There are ${total} records, not ${expectedTotal}.`, {
      details: { current: { total } },
    });
  });
}
