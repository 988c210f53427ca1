import type { ExplicitAccess } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { assertMayName } from "../model/judge-sharing.ts";
import type { ProviderFactory, ProviderTarget } from "../provider/provider-factory.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import { normalizeBaseUrl } from "./connection-address.ts";
import { assertAdapterFits } from "./connection-adapter.ts";
import { secretHomes } from "./connection-endpoint.ts";
import type { ConnectionRefresher } from "./connection-refresher.ts";
import type { SecretHolder } from "./connection-secrets.ts";
import type { Connection, ConnectionSecrets } from "./connection.ts";
import { resolveReferences, type SecretSource } from "./secret-references.ts";

export type ConnectionPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly refresher: ConnectionRefresher;
  readonly createProvider: ProviderFactory;
  readonly registry: Pick<ProviderRegistry, "get">;
  /** Finds what references to secrets stand for. */
  readonly secrets: Pick<SecretSource, "resolve">;
  /** Refuses addresses that are never connected to. @throws DomainError `outbound_denied`. */
  readonly assertOutboundUrl: (url: string) => void;
};

/** A slug that nobody chose must not be in the way: the next free one, `lab-2` after `lab`. */
export function freeSlug(wanted: string, connections: readonly Connection[]): string {
  const taken = new Set(connections.map((connection) => connection.slug));
  let slug = wanted;
  for (let number = 2; taken.has(slug); number += 1) {
    const end = `-${number}`;
    slug = wanted.slice(0, 32 - end.length).replace(/(?<!-)-+$/u, "") + end;
  }
  return slug;
}

/** Every address that will be called is one that may be. */
export function checkedHolder(
  ports: ConnectionPorts,
  { url: raw, endpoint, adapter }: SecretHolder,
): SecretHolder {
  const url = normalizeBaseUrl(raw);
  assertAdapterFits(endpoint.provider, adapter);
  ports.assertOutboundUrl(url);
  if (adapter.proxy !== undefined) ports.assertOutboundUrl(adapter.proxy);
  const { authority, management } = secretHomes(url, endpoint);
  ports.assertOutboundUrl(authority);
  ports.assertOutboundUrl(management);
  return { url, endpoint, adapter };
}

/** An adapter that cannot be made could not be called either; what is wrong is said now, not at the first call. */
export async function assertUsable(ports: ConnectionPorts, target: ProviderTarget): Promise<void> {
  await ports.createProvider(target).close();
}

/** A reference that leads nowhere is refused when it is saved, in words for who saves it. @throws DomainError `invalid_input`. */
export async function assertResolvable(ports: ConnectionPorts, secrets: ConnectionSecrets): Promise<void> {
  await resolveReferences(secrets, ports.secrets);
}

/** Whom a connection's default visibility names must exist. */
export function assertNamesExist(actor: Actor, access: ExplicitAccess, ports: ConnectionPorts): void {
  if (access.kind !== "restricted") return;
  const { read, write } = access;
  const named = {
    userIds: [...read.userIds, ...write.userIds],
    groupIds: [...read.groupIds, ...write.groupIds],
  };
  assertMayName(actor, named, ports.catalog.current());
}

export function definedFields<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // safe: exactly the undefined values are taken out
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
