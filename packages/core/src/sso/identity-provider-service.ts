import type { Committed, Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { limits } from "../limits.ts";
import type { WriteContext } from "../model/model-service.ts";
import { Secret } from "../secret.ts";
import type {
  CreateIdentityProvider,
  IdentityProvider,
  UpdateIdentityProvider,
} from "./identity-provider.ts";

/** Where people may sign in besides here. Administrators only; every method throws DomainError `access_denied` for others. */
export interface IdentityProviderService {
  list(actor: Actor): Promise<readonly IdentityProvider[]>;
  /** @throws DomainError `name_taken`, `outbound_denied`, `invalid_input`. */
  create(actor: Actor, input: CreateIdentityProvider, context: WriteContext): Promise<IdentityProvider>;
  /** @throws DomainError as create, `identity_provider_not_found`, `revision_conflict`, `key_bound_to_origin`. */
  update(actor: Actor, input: UpdateIdentityProvider, context: WriteContext): Promise<IdentityProvider>;
  /** Its people keep their accounts, and the sessions that it began end. @throws DomainError `identity_provider_not_found`. */
  delete(actor: Actor, id: string, context: WriteContext): Promise<void>;
  /** What a stranger may choose from. */
  listEnabled(): Promise<readonly Pick<IdentityProvider, "slug" | "name">[]>;
}

type Ports = {
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly unitOfWork: UnitOfWork;
  /** @throws DomainError `outbound_denied`. */
  readonly assertIssuerUrl: (url: string) => void;
};

export function createIdentityProviderService(ports: Ports): IdentityProviderService {
  const write = async <T>(
    actor: Actor,
    by: WriteContext & { readonly action: string },
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> => {
    const author = { actorId: actor.principal.userId, ...by };
    const { value, change }: Committed<T> = await ports.unitOfWork.write(author, work);
    await ports.catalog.acknowledge(change);
    return value;
  };
  const list = () => ports.unitOfWork.read(({ identityProviders }) => identityProviders.list());

  return {
    async list(actor) {
      assertAdministrator(actor);
      return list();
    },
    async create(actor, { clientSecret, ...input }, { requestId }) {
      assertAdministrator(actor);
      ports.assertIssuerUrl(input.issuer);
      const secret = clientSecret === undefined ? null : new Secret(clientSecret);
      return write(actor, { requestId, action: "sso.providers.create" }, async ({ identityProviders }) => {
        if ((await identityProviders.list()).length >= limits.identityProviders) throw tooMany();
        return identityProviders.insert(input, secret);
      });
    },
    async update(actor, { id, revision, clientSecret, ...changes }, { requestId }) {
      assertAdministrator(actor);
      if (changes.issuer !== undefined) ports.assertIssuerUrl(changes.issuer);
      const secret = typeof clientSecret === "string" ? new Secret(clientSecret) : clientSecret;
      return write(actor, { requestId, action: "sso.providers.update" }, async ({ identityProviders }) => {
        const stored = await identityProviders.find(id);
        if (stored === undefined) throw new DomainError("identity_provider_not_found");
        if (stored.revision !== revision) {
          throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
        }
        if (secret === undefined) assertSameOrigin(stored, changes.issuer);
        return identityProviders.update(merge(stored, changes), secret);
      });
    },
    async delete(actor, id, { requestId }) {
      assertAdministrator(actor);
      await write(actor, { requestId, action: "sso.providers.delete" }, ({ identityProviders }) =>
        identityProviders.delete(id),
      );
    },
    async listEnabled() {
      const providers = await list();
      return providers.filter(({ enabled }) => enabled).map(({ slug, name }) => ({ slug, name }));
    },
  };
}

function merge(
  stored: IdentityProvider,
  changes: Omit<UpdateIdentityProvider, "id" | "revision" | "clientSecret">,
): IdentityProvider {
  const present = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...stored, ...present };
}

/** The stored secret goes nowhere but to the provider that it was saved for. */
function assertSameOrigin(stored: IdentityProvider, issuer: string | undefined): void {
  if (issuer === undefined || stored.clientSecretFingerprint === null) return;
  if (new URL(issuer).origin === new URL(stored.issuer).origin) return;
  throw new DomainError(
    "key_bound_to_origin",
    "The stored client secret belongs to the issuer it was saved with.",
  );
}

function tooMany(): DomainError {
  return new DomainError(
    "invalid_input",
    `There can be ${limits.identityProviders} identity providers at most; delete one first.`,
  );
}
