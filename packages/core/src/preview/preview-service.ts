import type { Actor } from "../identity/actor.ts";
import type { UpdateModel } from "../model/model-input.ts";
import type { BasePreview, CallPreview, PreviewBase, PreviewCall } from "./call-preview-schema.ts";
import { previewBase, previewOwnCall } from "./preview-base.ts";
import type { CallPreviewPorts } from "./preview-call.ts";
import { previewUpdate } from "./preview-update.ts";
import { previewUser, type PreviewUser, type UserPreview } from "./preview-user.ts";
import { showDependents, type Dependents } from "./show-dependents.ts";
import type { UpdatePreview } from "./update-preview-schema.ts";

/** What would happen, told before it does. Nothing here writes, or calls a provider. */
export interface PreviewService {
  /** What stands on a model. @throws DomainError `model_not_found`, `access_denied`. */
  dependents(actor: Actor, id: string): Dependents;
  /** What an update would change, and for whom. @throws DomainError `model_not_found`, `access_denied`. */
  update(actor: Actor, input: UpdateModel): Promise<UpdatePreview>;
  /** Which vouches would end with another role or status. @throws DomainError `access_denied`, `user_not_found`. */
  user(actor: Actor, input: PreviewUser): UserPreview;
  /** What is sent to each place that may answer. @throws DomainError `model_not_found`, `access_denied`. */
  call(actor: Actor, input: PreviewCall): Promise<CallPreview>;
  /** What is sent now, and with another base. @throws DomainError as call, and as an update for the base. */
  base(actor: Actor, input: PreviewBase): Promise<BasePreview>;
}

export function createPreviewService(ports: CallPreviewPorts): PreviewService {
  return {
    dependents: (actor, id) => showDependents(ports.catalog.current(), actor, id),
    update: (actor, input) => previewUpdate(ports, actor, input),
    user: (actor, input) => previewUser(ports.catalog.current(), actor, input),
    call: (actor, input) => previewOwnCall(ports, actor, input),
    base: (actor, input) => previewBase(ports, actor, input),
  };
}
