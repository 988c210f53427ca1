import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import type { Writer } from "../model/model-ports.ts";
import { toProviderTarget } from "../provider/provider-registry.ts";
import { normalizeBaseUrl, originOf } from "./connection-address.ts";
import {
  assertNamesExist,
  assertResolvable,
  assertUsable,
  checkedHolder,
  definedFields,
  freeSlug,
  type ConnectionPorts,
} from "./connection-checks.ts";
import { parseEndpoint, providerKinds, type ConnectionEndpoint } from "./connection-endpoint.ts";
import { newSecrets } from "./connection-secrets.ts";
import { updateConnectionSchema, type Connection, type ConnectionSecrets } from "./connection.ts";

/** A deleted connection as it was, without its secrets. */
export type ArchivedConnection = Connection & {
  readonly archivedAt: string;
  /** Models that come back with it, because something is stored about them or stands on them. */
  readonly modelCount: number;
};

export const archivedQuerySchema = z
  .strictObject({
    /** Only what an endpoint of this kind and origin would bring back. */
    like: z
      .strictObject({ provider: z.enum(providerKinds), url: updateConnectionSchema.shape.url.unwrap() })
      .optional(),
  })
  .prefault({});
export type ArchivedQuery = z.output<typeof archivedQuerySchema>;

/** Its secrets were erased, so they are given anew; everything else stays as it was unless it is named. */
export const restoreConnectionSchema = updateConnectionSchema.omit({ revision: true, position: true });
export type RestoreConnection = z.output<typeof restoreConnectionSchema>;

export async function findArchived(
  ports: ConnectionPorts,
  { like }: ArchivedQuery,
): Promise<readonly ArchivedConnection[]> {
  const archived = await ports.unitOfWork.read(({ connections }) => connections.listArchived());
  if (like === undefined) return archived;
  const origin = originOf(normalizeBaseUrl(like.url));
  return archived.filter(({ provider, url }) => provider === like.provider && originOf(url) === origin);
}

export async function restoreConnection(
  ports: ConnectionPorts,
  { actor, author }: Writer,
  input: RestoreConnection,
): Promise<Connection> {
  const { uid, key, clientSecret, headers, url: rawUrl, authType, azure, slug, ...patch } = input;
  const { value, change } = await ports.unitOfWork.write(author, async ({ connections }) => {
    const stored = (await connections.listArchived()).find((connection) => connection.uid === uid);
    if (stored === undefined) throw new DomainError("connection_not_found");
    const { provider, archivedAt: _archivedAt, modelCount: _modelCount, ...before } = stored;
    const holder = checkedHolder(ports, {
      url: rawUrl ?? stored.url,
      adapter: patch.adapter ?? stored.adapter,
      endpoint: parseEndpoint({
        provider,
        authType: authType ?? stored.authType,
        azure: azure ?? stored.azure,
      }),
    });
    const { url, endpoint } = holder;
    assertSameOrigin(stored, url);
    const secrets = newSecrets(holder, { key, clientSecret, headers });
    assertSignsIn(endpoint, secrets);
    if (patch.defaultVisibility !== undefined) assertNamesExist(actor, patch.defaultVisibility, ports);
    const next = {
      ...before,
      enabled: true,
      ...definedFields(patch),
      slug: slug ?? freeSlug(stored.slug, await connections.list()),
      ...endpoint,
      url,
    };
    await assertResolvable(ports, secrets);
    await assertUsable(ports, toProviderTarget(next, secrets));
    return connections.restore(next, secrets);
  });
  await ports.catalog.acknowledge(change);
  if (value.enabled) void ports.refresher.refresh(value.uid);
  return value;
}

/** Another server's models are other models. */
function assertSameOrigin(stored: ArchivedConnection, url: string): void {
  if (originOf(stored.url) === originOf(url)) return;
  throw new DomainError("invalid_input", "A connection comes back only to the server it had.", {
    details: { issues: [{ path: ["url"], message: `must be at ${originOf(stored.url)}` }] },
  });
}

function assertSignsIn({ authType }: ConnectionEndpoint, secrets: ConnectionSecrets): void {
  const missing =
    (authType === "bearer" || authType === "api-key") && secrets.key === null
      ? "key"
      : authType === "headers" && Object.keys(secrets.headers).length === 0
        ? "headers"
        : undefined;
  if (missing === undefined) return;
  throw new DomainError("invalid_input", "Its secrets were erased when it was deleted; give them again.", {
    details: { issues: [{ path: [missing], message: "is required" }] },
  });
}
