import type { Repositories } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { toProviderTarget } from "../provider/provider-registry.ts";
import { toSlug, typeOfAddress } from "./connection-address.ts";
import {
  assertNamesExist,
  assertResolvable,
  assertUsable,
  checkedHolder,
  definedFields,
  freeSlug,
  type ConnectionPorts,
} from "./connection-checks.ts";
import { parseEndpoint, toEndpoint } from "./connection-endpoint.ts";
import { newSecrets, nextSecrets } from "./connection-secrets.ts";
import type { Connection, CreateConnection, UpdateConnection } from "./connection.ts";

/** Checks a new connection and stores it, inside a transaction. */
export async function insertConnection(
  ports: ConnectionPorts,
  { connections }: Pick<Repositories, "connections">,
  input: CreateConnection,
): Promise<Connection> {
  const { key, clientSecret, headers, slug, connectionType, timeouts = {}, adapter = {}, ...fields } = input;
  const holder = checkedHolder(ports, { url: input.url, endpoint: toEndpoint(input), adapter });
  const { url, endpoint } = holder;
  const secrets = newSecrets(holder, { key, clientSecret, headers });
  await assertResolvable(ports, secrets);
  await assertUsable(ports, { ...endpoint, url, secrets, timeouts, adapter, concurrency: input.concurrency });
  return connections.insert(
    {
      ...fields,
      url,
      timeouts,
      adapter,
      slug: slug ?? freeSlug(toSlug(input.name), await connections.list()),
      connectionType: connectionType ?? typeOfAddress(url),
    },
    secrets,
  );
}

/** Checks a patch against what is stored and stores it, inside a transaction. */
export async function patchConnection(
  ports: ConnectionPorts,
  { connections, names }: Pick<Repositories, "connections" | "names">,
  { actor, input }: { readonly actor: Actor; readonly input: UpdateConnection },
): Promise<Connection> {
  const { uid, revision, key, clientSecret, headers, url: rawUrl, authType, azure, ...patch } = input;
  const stored = await connections.find(uid);
  if (stored === undefined) throw new DomainError("connection_not_found");
  if (stored.revision !== revision) {
    throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
  }
  const { provider } = stored;
  const holder = checkedHolder(ports, {
    url: rawUrl ?? stored.url,
    adapter: patch.adapter ?? stored.adapter,
    endpoint: parseEndpoint({
      provider,
      authType: authType ?? stored.authType,
      azure: azure ?? stored.azure,
    }),
  });
  const held = await connections.getSecrets(uid);
  const { url, endpoint } = holder;
  const before = { ...stored, endpoint: toEndpoint(stored), held };
  const secrets = nextSecrets(before, holder, { key, clientSecret, headers });
  if (patch.defaultVisibility !== undefined) assertNamesExist(actor, patch.defaultVisibility, ports);
  const isTouched =
    key !== undefined ||
    headers !== undefined ||
    secrets.clientSecret !== held.clientSecret ||
    Object.keys(secrets.headers).length !== Object.keys(held.headers).length;
  const next = { ...stored, ...definedFields(patch), ...endpoint, url };
  // others may be changed, or disabled, while the secret is not to be had
  if (isTouched) await assertResolvable(ports, secrets);
  await assertUsable(ports, toProviderTarget(next, secrets));
  const updated = await connections.update(next, isTouched ? secrets : undefined);
  if (updated.prefix !== stored.prefix) await names.applyPrefix(uid, updated.updatedAt);
  return updated;
}
