import type { Catalog } from "../catalog/catalog.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import type { Actor, ChangeAuthor } from "../identity/actor.ts";

/** What the use cases of models stand on. */
export type ModelPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly health: HealthBoard;
};

/** Who writes: the rights are the actor's, the name in the change log the author's. */
export type Writer = { readonly actor: Actor; readonly author: ChangeAuthor };
