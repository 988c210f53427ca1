import type { ConnectionService } from "../connection/connection-service.ts";
import {
  createConnectionSchema,
  updateConnectionSchema,
  type Connection,
  type CreateConnection,
  type UpdateConnection,
} from "../connection/connection.ts";
import { explicitAccessSchema } from "@corral/access-control";
import type { WriteContext } from "../model/model-service.ts";
import { fromDocumentAccess } from "./document-access.ts";
import type { Step } from "./plan-step.ts";
import { readDraft } from "./read-draft.ts";
import type { World } from "./read-world.ts";
import type { ResolvedSecrets } from "./secret-references.ts";

/** What the service of connections is asked, as anybody could ask it. Holds secrets. */
export type ConnectionWrite =
  | { readonly kind: "create"; readonly input: CreateConnection; readonly position: number | undefined }
  | { readonly kind: "update"; readonly input: UpdateConnection }
  | { readonly kind: "delete"; readonly uid: string };

/** @throws DomainError `invalid_input` for what the single call would not read. */
export function toConnectionWrite(
  world: World,
  on: {
    readonly step: Step<"connection">;
    readonly stored: Connection | undefined;
    readonly values: ResolvedSecrets;
  },
): ConnectionWrite | undefined {
  const { step, stored, values } = on;
  const { action, wanted, changes } = step;
  if (wanted === null || (action !== "create" && action !== "update")) return undefined;
  const { secrets: _secrets, defaultVisibility, position, ...fields } = wanted;
  const visibility = defaultVisibility && {
    defaultVisibility: explicitAccessSchema.parse(fromDocumentAccess(defaultVisibility, world.names)),
  };
  if (action === "create") {
    const draft = { ...fields, ...visibility, ...values, name: fields.name ?? fields.slug };
    return { kind: "create", input: readDraft(createConnectionSchema, draft), position };
  }
  if (stored === undefined) return undefined;
  const changed = new Set(changes.map(({ path }) => path[0]));
  const { provider: _provider, azure, ...plain } = fields;
  const all = { ...plain, ...visibility, position, ...(azure && { azure }) };
  const patch = Object.fromEntries(Object.entries(all).filter(([field]) => changed.has(field)));
  const typed = changed.has("secrets") ? values : {};
  return {
    kind: "update",
    input: readDraft(updateConnectionSchema, {
      uid: stored.uid,
      revision: stored.revision,
      ...patch,
      ...typed,
    }),
  };
}

export type WrittenConnection = Pick<Connection, "uid" | "revision">;

/** As the single call. @throws DomainError as the service. */
export async function writeConnection(
  service: ConnectionService,
  { world, context }: { readonly world: World; readonly context: WriteContext },
  write: Exclude<ConnectionWrite, { kind: "delete" }>,
): Promise<WrittenConnection> {
  const { actor } = world;
  switch (write.kind) {
    case "create": {
      const made = await service.create(actor, write.input, context);
      const { uid, revision } = made;
      const { position } = write;
      return position === undefined || position === made.position
        ? made
        : service.update(actor, { uid, revision, position }, context);
    }
    case "update":
      return service.update(actor, write.input, context);
  }
}
