import type { Connection } from "../connection/connection.ts";
import { DomainError } from "../error/domain-error.ts";
import type { JsonValue } from "../json.ts";
import { limits } from "../limits.ts";
import { revisionText } from "../catalog/revision-text.ts";
import type { ModelRecord } from "../model/model-record.ts";
import { toConnectionItem } from "./connection-items.ts";
import { imageHashOf } from "./document-images.ts";
import type { DocumentPorts } from "./document-ports.ts";
import { documentVersion, type ConnectionItem, type ModelItem } from "./document-schema.ts";
import { toGroupItem } from "./group-items.ts";
import { toModelItem } from "./model-items.ts";
import { toAliasItem } from "./plan-aliases.ts";
import { toCanonicalSettings } from "./plan-settings.ts";
import { connectionNames, toPolicyItem } from "./policy-items.ts";
import type { World } from "./read-world.ts";

export type ExportOptions = {
  readonly source: string;
  /** Pictures of models, in a section of their own. */
  readonly images: boolean;
  /** Revisions, owners and times, in a section of their own that nothing is applied from. */
  readonly stamps: boolean;
};

/** All that the actor manages, in an order and form that are always the same. */
export async function exportDocument(
  ports: DocumentPorts,
  world: World,
  options: ExportOptions,
): Promise<{ readonly document: JsonValue; readonly counts: Readonly<Record<string, number>> }> {
  const { names, groups, connections, policies, aliases, settings } = world;
  const models = [...world.records.values()]
    .map((record) => ({ record, item: toModelItem(world, record) }))
    .toSorted((one, other) => compareText(one.item.id, other.item.id));
  const ordered = connections?.toSorted(
    (one, other) => one.position - other.position || compareText(one.slug, other.slug),
  );
  const naming = { names, connections: connectionNames(connections) };
  const policyItems = policies?.map((policy) => toPolicyItem(naming, policy));
  const aliasItems = aliases
    ?.map((alias) => toAliasItem(world, alias))
    .toSorted((one, other) => compareText(one.id, other.id));
  const document = {
    corral: documentVersion,
    source: options.source,
    ...(settings !== null && {
      settings: toCanonicalSettings({ ...settings, memberPermissions: [...settings.memberPermissions] }),
    }),
    ...(groups !== null && {
      groups: groups
        .map((group) => toGroupItem(names, group))
        .toSorted((one, other) => compareText(one.name, other.name)),
    }),
    ...(ordered && { connections: exportConnections(world, ordered) }),
    ...(policyItems && { policies: policyItems }),
    models: models.map(({ item }) => item),
    ...(aliasItems && { aliases: aliasItems }),
    ...(options.images &&
      (await exportImages(ports, [
        ...(policyItems ?? []).map(({ actions }) => actions?.image),
        ...models.map(({ item }) => item.meta?.profile_image_url),
      ]))),
    ...(options.stamps && { stamps: stampsOf(world, models, ordered ?? []) }),
  };
  return {
    // safe: items hold nothing but JSON
    document: document as unknown as JsonValue,
    counts: {
      models: models.length,
      connections: ordered?.length ?? 0,
      groups: groups?.length ?? 0,
      policies: policyItems?.length ?? 0,
      aliases: aliasItems?.length ?? 0,
    },
  };
}

function exportConnections(world: World, connections: readonly Connection[]): readonly ConnectionItem[] {
  return connections.map((connection) => {
    const { secretReferences: secrets } = connection;
    const item = toConnectionItem(world.names, connection);
    return { ...item, ...(Object.keys(secrets).length > 0 && { secrets }) };
  });
}

async function exportImages(
  { findImage }: DocumentPorts,
  urls: readonly unknown[],
): Promise<{ readonly images?: Readonly<Record<string, string>> }> {
  const hashes = new Set(urls.flatMap((url) => imageHashOf(url) ?? []));
  const images: [string, string][] = [];
  let size = 0;
  for (const hash of [...hashes].toSorted()) {
    const image = await findImage(hash);
    if (image === undefined) continue;
    const url = `data:${image.mime};base64,${toBase64(image.bytes)}`;
    size += url.length;
    if (size > limits.importBodyBytes) {
      throw new DomainError(
        "payload_too_large",
        "The pictures are more than a document can hold; export without images.",
      );
    }
    images.push([hash, url]);
  }
  return images.length === 0 ? {} : { images: Object.fromEntries(images) };
}

function stampsOf(
  { snapshot, policies, aliases }: World,
  models: readonly { readonly record: ModelRecord; readonly item: ModelItem }[],
  connections: readonly Connection[],
) {
  return {
    catalogRevision: revisionText(snapshot.revision),
    connections: connections.map((connection) => ({ slug: connection.slug, ...stampOf(connection) })),
    ...(policies && { policies: policies.map((policy) => ({ name: policy.name, ...stampOf(policy) })) }),
    models: models.map(({ record, item: { id } }) => ({ id, ...stampOf(record) })),
    ...(aliases && { aliases: aliases.map((alias) => ({ id: alias.id, ...stampOf(alias) })) }),
  };
}

function stampOf({
  revision,
  createdAt,
  updatedAt,
}: Pick<Connection, "revision" | "createdAt" | "updatedAt">) {
  return { revision, createdAt, updatedAt };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/** By code units: the same order on every machine. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
