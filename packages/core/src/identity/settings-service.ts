import { permissions } from "@corral/access-control";
import { z } from "zod";
import type { Catalog } from "../catalog/catalog.ts";
import type { DocumentSettings, DocumentSettingsStore } from "../document/document-ports.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Actor } from "./actor.ts";
import { assertAdministrator } from "./user-service.ts";

/** What holds for everybody. */
export const workspaceSettingsSchema = z.strictObject({
  /** Administrators may read and write everybody's models. */
  adminBypass: z.boolean(),
  /** What every member may do; groups add to it. */
  memberPermissions: z.array(z.enum(permissions)),
  /** Strangers may sign up, and wait for approval. */
  signUpOpen: z.boolean(),
});
export type WorkspaceSettings = z.output<typeof workspaceSettingsSchema>;

/** What administrators decide for everybody. */
export interface SettingsService {
  /** @throws DomainError `access_denied`. */
  get(actor: Actor): Promise<WorkspaceSettings>;
  /** A present field replaces its whole value. What is taken away is gone when this returns. @throws DomainError `access_denied`. */
  update(actor: Actor, change: Partial<WorkspaceSettings>, context: WriteContext): Promise<WorkspaceSettings>;
}

export function createSettingsService(ports: {
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly settings: DocumentSettingsStore;
}): SettingsService {
  return {
    async get(actor) {
      assertAdministrator(actor);
      return toWorkspaceSettings(await ports.settings.get());
    },
    async update(actor, { memberPermissions, ...change }, { requestId }) {
      assertAdministrator(actor);
      const author = { actorId: actor.principal.userId, requestId, action: "settings.update" };
      const wanted = {
        ...change,
        ...(memberPermissions && {
          memberPermissions: permissions.filter((permission) => memberPermissions.includes(permission)),
        }),
      };
      const written = await ports.settings.update(wanted, author);
      await ports.catalog.acknowledge(written.change);
      return toWorkspaceSettings(await ports.settings.get());
    },
  };
}

function toWorkspaceSettings(settings: DocumentSettings): WorkspaceSettings {
  const { adminBypass, memberPermissions, signUpOpen } = settings;
  return { adminBypass, memberPermissions: [...memberPermissions], signUpOpen };
}
