import { randomUUID } from "node:crypto";
import {
  DomainError,
  Secret,
  type IdentityProvider,
  type IdentityProviderRepository,
  type NewIdentityProvider,
} from "@corral/core";
import type { EntityManager, FilterQuery, InferEntity } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { AccountEntity } from "../entities/account.entity.ts";
import { IdentityProviderEntity } from "../entities/identity-provider.entity.ts";
import type { SecretBox } from "../secret-box.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { linkedProvider } from "./directory-repository.ts";

type Row = InferEntity<typeof IdentityProviderEntity>;

export function createIdentityProviderRepository({ em, keys }: Session): IdentityProviderRepository {
  return {
    async list() {
      const orderBy = { name: "asc", id: "asc" } as const;
      return (await em.find(IdentityProviderEntity, {}, { ...fresh, orderBy })).map(toProvider);
    },
    find: async (id) => (isUid(id) ? findBy(em, { id }) : undefined),
    findBySlug: (slug) => findBy(em, { slug }),
    async openSecret(id) {
      const row = await em.findOne(IdentityProviderEntity, { id }, fresh);
      const sealed = row?.sealedClientSecret ?? null;
      if (sealed === null) return null;
      return new Secret((await keys.forOpening(sealed)).open(sealed, placeOf(id)));
    },
    insert: (provider, secret) =>
      atomically(em, async (inner) => {
        const id = randomUUID();
        const { slug } = provider;
        await inner.insert(IdentityProviderEntity, {
          id,
          slug,
          ...toColumns(provider),
          ...seal(await keys.forSealing(inner), id, secret),
        });
        return getStored(inner, id);
      }),
    update: (provider, secret) =>
      atomically(em, async (inner) => {
        const { id, revision } = provider;
        const columns = {
          ...toColumns(provider),
          ...(secret !== undefined && seal(await keys.forSealing(inner), id, secret)),
          revision: revision + 1,
          updatedAt: new Date(),
        };
        const changed = await inner.nativeUpdate(IdentityProviderEntity, { id, revision }, columns);
        const stored = await getStored(inner, id);
        if (changed > 0) return stored;
        throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
      }),
    delete: (id) => atomically(em, (inner) => remove(inner, id)),
  };
}

async function remove(em: EntityManager, id: string): Promise<void> {
  if (!isUid(id)) throw new DomainError("identity_provider_not_found");
  await sql`delete from sessions where id in (select session_id from provider_sessions where provider_id = ${id})`.execute(
    em.getKysely(),
  );
  await em.nativeDelete(AccountEntity, { providerId: linkedProvider(id) });
  const deleted = await em.nativeDelete(IdentityProviderEntity, { id });
  if (deleted === 0) throw new DomainError("identity_provider_not_found");
}

async function findBy(em: EntityManager, where: FilterQuery<Row>): Promise<IdentityProvider | undefined> {
  const row = await em.findOne(IdentityProviderEntity, where, fresh);
  return row === null ? undefined : toProvider(row);
}

async function getStored(em: EntityManager, id: string): Promise<IdentityProvider> {
  const found = await findBy(em, { id });
  if (found === undefined) throw new DomainError("identity_provider_not_found");
  return found;
}

function toColumns(provider: NewIdentityProvider | IdentityProvider) {
  return {
    name: provider.name,
    issuer: provider.issuer,
    clientId: provider.clientId,
    scopes: [...provider.scopes],
    groupsClaim: provider.groupsClaim,
    groups: provider.groups,
    roleClaim: provider.roleClaim,
    roles: provider.roles,
    newUsers: provider.newUsers,
    newUserRole: provider.newUserRole,
    linkByEmail: provider.linkByEmail,
    enabled: provider.enabled,
  };
}

function seal(box: SecretBox, id: string, secret: Secret | null) {
  if (secret === null) return { sealedClientSecret: null, clientSecretFingerprint: null };
  const text = secret.reveal();
  return { sealedClientSecret: box.seal(text, placeOf(id)), clientSecretFingerprint: box.fingerprint(text) };
}

function toProvider(row: Row): IdentityProvider {
  return {
    id: row.id,
    slug: row.slug,
    ...toColumns({
      ...row,
      groupsClaim: row.groupsClaim ?? null,
      roleClaim: row.roleClaim ?? null,
    }),
    clientSecretFingerprint: row.clientSecretFingerprint ?? null,
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function placeOf(id: string) {
  return { table: "identity_providers", id, column: "sealed_client_secret" };
}
