import { z } from "zod";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import { findReadable } from "../catalog/find-readable.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { modelIdSchema } from "./model-id.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import { updateModel } from "./update-model.ts";

export const toggleModelSchema = z.strictObject({
  id: modelIdSchema,
  /** Absent: the other state than now. */
  isActive: z.boolean().optional(),
  /** What becomes of models that stand on one that is deactivated: `stop` them all, or `keep` them and only hide it. */
  dependents: z.enum(["stop", "keep"]).default("stop"),
});
export type ToggleModel = z.output<typeof toggleModelSchema>;

/**
 * Activates or deactivates a model. With `keep`, one that others stand on stays active and is hidden instead.
 *
 * @throws DomainError as an update.
 */
export function hideOrToggle(
  ports: ModelPorts,
  writer: Writer,
  { id, isActive, dependents }: ToggleModel,
): Promise<Committed<void>> {
  const snapshot = ports.catalog.current();
  const entry = findReadable(snapshot, writer.actor, id);
  const record = recordOf(entry);
  const next = isActive ?? !(record?.isActive ?? true);
  const hides = !next && dependents === "keep" && snapshot.dependantsOf(entry.uid).length > 0;
  if (!hides) return updateModel(ports, writer, { id, isActive: next });
  const revision = record === null ? {} : { revision: record.revision };
  return updateModel(ports, writer, { id, ...revision, metaPatch: { hidden: true } });
}

function recordOf(entry: CatalogEntry) {
  return entry.kind === "custom" ? entry.record : entry.override;
}
