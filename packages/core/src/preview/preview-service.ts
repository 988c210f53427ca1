import type { Actor } from "../identity/actor.ts";
import type { UpdateModel } from "../model/model-input.ts";
import type { ModelPorts } from "../model/model-ports.ts";
import { previewUpdate } from "./preview-update.ts";
import { showDependents, type Dependents } from "./show-dependents.ts";
import type { UpdatePreview } from "./update-preview-schema.ts";

/** What would happen, told before it does. Nothing here writes, or calls a provider. */
export interface PreviewService {
  /** What stands on a model. @throws DomainError `model_not_found`, `access_denied`. */
  dependents(actor: Actor, id: string): Dependents;
  /** What an update would change, and for whom. @throws DomainError `model_not_found`, `access_denied`. */
  update(actor: Actor, input: UpdateModel): Promise<UpdatePreview>;
}

export function createPreviewService(ports: ModelPorts): PreviewService {
  return {
    dependents: (actor, id) => showDependents(ports.catalog.current(), actor, id),
    update: (actor, input) => previewUpdate(ports, actor, input),
  };
}
