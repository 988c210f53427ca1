import { randomBytes, randomUUID } from "node:crypto";
import type { Role } from "@corral/access-control";
import {
  modelIdSchema,
  type ConnectionEndpoint,
  type ConnectionSecrets,
  type NewConnection,
  type NewConnectionFields,
  type NewModelRecord,
} from "@corral/core";
import type { Client } from "pg";

type NewCustom = Extract<NewModelRecord, { kind: "custom" }>;
type NewOverride = Extract<NewModelRecord, { kind: "override" }>;

export const noSecrets: ConnectionSecrets = { key: null, clientSecret: null, headers: {} };

/** Short and random, for what has to be unique in a database. */
export function unique(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

/** Whatever belongs together comes as one: `endpoint`. */
export function aConnection({
  endpoint = { provider: "ollama", authType: "none", azure: null },
  ...change
}: Partial<NewConnectionFields> & { readonly endpoint?: ConnectionEndpoint } = {}): NewConnection {
  return {
    slug: unique("connection"),
    name: "A connection",
    url: "http://127.0.0.1:11434",
    enabled: true,
    prefix: null,
    tags: [],
    connectionType: "local",
    models: { mode: "all" },
    defaultVisibility: { kind: "private" },
    params: {},
    timeouts: {},
    adapter: {},
    concurrency: null,
    ...change,
    ...endpoint,
  };
}

/** A private custom model without a base. */
export function aCustomModel({
  id = unique("model"),
  ...change
}: Partial<Omit<NewCustom, "id">> & { id?: string } = {}): NewCustom {
  return {
    kind: "custom",
    id: modelIdSchema.parse(id),
    name: "A model",
    params: {},
    paramModes: {},
    meta: {},
    isActive: true,
    access: { kind: "private" },
    createdBy: null,
    ownerId: null,
    base: null,
    baseId: "vanished",
    baseAccess: { kind: "inherit" },
    ...change,
  };
}

export function anOverride(baseUid: string, change: Partial<NewOverride> = {}): NewOverride {
  return {
    kind: "override",
    id: modelIdSchema.parse("its-base"),
    name: "An override",
    params: {},
    paramModes: {},
    meta: {},
    isActive: true,
    access: { kind: "inherit" },
    createdBy: null,
    base: { kind: "base", uid: baseUid },
    ...change,
  };
}

/** Inserts an account as the identity package would, and gives back its id. */
export async function addUser(
  client: Client,
  role: Role = "user",
  id: string = randomUUID(),
): Promise<string> {
  await client.query("insert into users (id, name, email, role) values ($1, $2, $3, $4)", [
    id,
    `User ${id.slice(0, 8)}`,
    `${id}@example.test`,
    role,
  ]);
  return id;
}
