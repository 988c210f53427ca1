import { updateConnectionSchema, type Connection, type ProviderKind } from "@corral/core";
import { z } from "zod";
import { toPlaceholder } from "./key-placeholder.ts";

/** The two arrays: what speaks OpenAI's protocol, Azure's included, and Ollama's servers. */
export type Family = "openai" | "ollama";

const kindsOf: Readonly<Record<Family, readonly ProviderKind[]>> = {
  openai: ["openai", "azure-openai"],
  ollama: ["ollama"],
};

/** Those of one array, in its order: where a number in an address leads. */
export function inFamily<C extends { readonly provider: ProviderKind }>(
  family: Family,
  connections: readonly C[],
): readonly C[] {
  return connections.filter(({ provider }) => kindsOf[family].includes(provider));
}

export const entryUrlSchema = updateConnectionSchema.shape.url.unwrap();

const keyText =
  "`corral-key:<uuid>` in a stored one's place, which sent back keeps it; an empty text for none.";

/** What Open WebUI's clients say about one connection. What they leave out stays as it is. */
export const entryConfigSchema = z.object({
  enable: z.boolean().nullish(),
  prefix_id: z.string().nullish(),
  model_ids: z
    .array(z.string())
    .nullish()
    .describe("Empty for all that it lists; of Azure OpenAI its deployments."),
  tags: z.array(z.union([z.string(), z.object({ name: z.string() })])).nullish(),
  connection_type: z.enum(["local", "external"]).nullish(),
  key: z.string().nullish().describe(`Of an Ollama server: ${keyText}`),
  auth_type: z
    .string()
    .nullish()
    .describe(
      "`bearer`, `none`, and as it is read `microsoft_entra_id`; nothing that passes on a caller's own.",
    ),
  headers: z.record(z.string(), z.string()).nullish().describe(`Their values: ${keyText}`),
  azure: z.boolean().nullish().describe("Is Azure OpenAI; fixed once the connection is there."),
  provider: z.string().nullish().describe("`azure` says the same as `azure`."),
  api_version: z.string().nullish(),
});
export type EntryConfig = z.output<typeof entryConfigSchema>;

/** One place of the arrays. */
export type ConnectionEntry = {
  readonly index: number;
  /** Without trailing slashes. */
  readonly url: string;
  /** Absent: as it is stored. */
  readonly key: string | undefined;
  readonly config: EntryConfig;
};

/** While none is enabled the whole is off, and `enable` says what switching it on would do. */
export function isFamilyOn(connections: readonly Connection[]): boolean {
  return connections.length === 0 || connections.some(({ enabled }) => enabled);
}

export function keyOf({ uid, keyFingerprint }: Connection): string {
  return keyFingerprint === null ? "" : toPlaceholder(uid);
}

/** A stored connection as its entry reads. */
export function toEntryConfig(connection: Connection, isOn: boolean) {
  const { provider, azure, headerNames, uid, tags } = connection;
  return {
    enable: isOn ? connection.enabled : true,
    prefix_id: connection.prefix ?? "",
    model_ids: modelIdsOf(connection),
    tags: tags.map((name) => ({ name })),
    connection_type: connection.connectionType,
    ...(provider === "ollama"
      ? { key: keyOf(connection) }
      : {
          auth_type: authTypeOf(connection),
          ...(headerNames.length > 0 && {
            headers: Object.fromEntries(headerNames.map((name) => [name, toPlaceholder(uid)])),
          }),
          ...(azure && { azure: true, api_version: azure.apiVersion ?? "" }),
        }),
  } satisfies EntryConfig;
}

function modelIdsOf({ azure, models }: Connection): string[] {
  if (azure !== null) return azure.deployments.map(({ name }) => name);
  return models.mode === "only" || models.mode === "static" ? [...models.ids] : [];
}

/** `bearer` without a key sends nothing there, and begins to send a key that is typed. */
export function authTypeOf({ authType, keyFingerprint }: Connection): string {
  if (authType === "entra") return "microsoft_entra_id";
  const sendsNone = authType === "headers" || (authType === "none" && keyFingerprint !== null);
  return sendsNone ? "none" : "bearer";
}
