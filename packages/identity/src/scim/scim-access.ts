import {
  assertAdministrator,
  type Catalog,
  DomainError,
  limits,
  type ScimTokens,
  Secret,
  type UnitOfWork,
} from "@corral/core";
import { createSecretText, secretLength } from "../credential/base62.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";

const prefix = "scim-";
const shape = new RegExp(`^bearer +(${prefix}[0-9A-Za-z]{${secretLength}})$`, "i");

/** Tokens of directories: 256 bits, stored as SHA-256, asked for at each request. */
export function createScimAccess(ports: {
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly unitOfWork: UnitOfWork;
  readonly failuresPerMinute: number;
  readonly now: () => number;
}): ScimTokens {
  const { catalog, unitOfWork } = ports;
  const limiter = new FailureLimiter({ perMinute: ports.failuresPerMinute, now: ports.now });
  return {
    async list(actor) {
      assertAdministrator(actor);
      return unitOfWork.read(({ scim }) => scim.listTokens());
    },
    async create(actor, { name, newUserRole }, { requestId }) {
      assertAdministrator(actor);
      const secret = prefix + createSecretText();
      const author = { actorId: actor.principal.userId, requestId, action: "scim.tokens.create" };
      const { value } = await unitOfWork.write(author, async ({ scim }) => {
        if ((await scim.listTokens()).length >= limits.scimTokens) throw tooMany();
        const masked = `${prefix}…${secret.slice(-4)}`;
        return scim.insertToken({ name, newUserRole, masked, hash: hashCredential(secret) });
      });
      return { token: value, secret: new Secret(secret) };
    },
    async delete(actor, id, { requestId }) {
      assertAdministrator(actor);
      const author = { actorId: actor.principal.userId, requestId, action: "scim.tokens.delete" };
      const { change } = await unitOfWork.write(author, async ({ scim }) => {
        if (!(await scim.deleteToken(id))) throw new DomainError("scim_token_not_found");
      });
      await catalog.acknowledge(change);
    },
    async authenticate({ authorization, address }) {
      const names = [`scim:${networkOf(address)}`];
      limiter.assertAllowed(names);
      const [, text] = shape.exec(authorization ?? "") ?? [];
      const found =
        text === undefined
          ? undefined
          : await unitOfWork.read(({ scim }) => scim.findToken(hashCredential(text)));
      if (found !== undefined) return found;
      if (authorization !== undefined) limiter.noteFailure(names);
      throw new DomainError("unauthenticated");
    },
  };
}

function tooMany(): DomainError {
  return new DomainError(
    "invalid_input",
    `There can be ${limits.scimTokens} tokens at most; delete one first.`,
  );
}
