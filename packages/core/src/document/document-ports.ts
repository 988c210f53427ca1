import type { Permission } from "@corral/access-control";
import type { ConnectionPorts } from "../connection/connection-checks.ts";
import type { Committed } from "../database/unit-of-work.ts";
import type { ChangeAuthor } from "../identity/actor.ts";
import type { ModelPorts } from "../model/model-ports.ts";
import type { YamlText } from "./document-text.ts";
import type { SecretSource } from "../connection/secret-references.ts";

/** The settings that a document may state. */
export type DocumentSettings = {
  readonly adminBypass: boolean;
  readonly memberPermissions: readonly Permission[];
  readonly signUpOpen: boolean;
};

export interface DocumentSettingsStore {
  get(): Promise<DocumentSettings>;
  update(
    change: { adminBypass?: boolean; memberPermissions?: Permission[]; signUpOpen?: boolean },
    author: ChangeAuthor,
  ): Promise<Committed<unknown>>;
}

/** What documents stand on. */
export type DocumentPorts = Pick<ModelPorts, "catalog" | "unitOfWork"> & {
  readonly now: () => Date;
  readonly connections: ConnectionPorts;
  readonly settings: DocumentSettingsStore;
  readonly secrets: SecretSource;
  readonly yaml: YamlText;
  /** The picture behind `corral-image:<hash>`. */
  readonly findImage: (
    hash: string,
  ) => Promise<{ readonly mime: string; readonly bytes: Uint8Array } | undefined>;
};
