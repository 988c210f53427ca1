import type { Role } from "@corral/access-control";
import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { DomainError } from "../error/domain-error.ts";
import { changeUser } from "../identity/change-user.ts";
import type { User } from "../identity/user.ts";
import { limits } from "../limits.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { JudgedClaims } from "./judge-claims.ts";

type Ports = { readonly catalog: Pick<Catalog, "acknowledge">; readonly unitOfWork: UnitOfWork };
type Person = { readonly provider: IdentityProvider; readonly claims: JudgedClaims };

/**
 * Finds or makes the account of somebody whom a provider vouches for, and gives it the role and the groups that the
 * provider says: when this returns, nobody serves what was before.
 *
 * @throws DomainError `sso_refused` (also for suspended accounts), `email_taken`, `last_admin`.
 */
export async function admitPerson(ports: Ports, person: Person, requestId: string): Promise<User> {
  const author = { actorId: null, action: "sso.signIn", requestId };
  const { value, change } = await ports.unitOfWork.write(author, async (repositories) => {
    const user = await findOrMake(repositories, person);
    if (user.status !== "active") throw new DomainError("sso_refused", "Your account is suspended.");
    const settled = await applyRole(repositories, user, person.claims.role);
    await applyGroups(repositories, settled, person);
    return settled;
  });
  await ports.catalog.acknowledge(change);
  return value;
}

async function findOrMake({ directory }: Repositories, { provider, claims }: Person): Promise<User> {
  // As long as OpenID Connect allows, and as an index can hold.
  if (claims.subject === "" || claims.subject.length > 255) throw new DomainError("sso_failed");
  const link = { providerId: provider.id, subject: claims.subject };
  const linked = await directory.findLinked(link);
  if (linked !== undefined) return linked;
  if (claims.email === undefined) {
    throw new DomainError("sso_refused", `${provider.name} did not tell your e-mail address.`);
  }
  const known = await directory.findByEmail(claims.email);
  if (known !== undefined) {
    const isTheirs = provider.linkByEmail && claims.emailVerified && known.kind === "person";
    if (!isTheirs) throw new DomainError("email_taken");
    await directory.link(known.id, link);
    return known;
  }
  assertMayJoin(provider, claims, claims.email);
  const made = await directory.insertUser({
    email: claims.email,
    emailVerified: claims.emailVerified,
    name: claims.name,
    role: claims.role ?? provider.newUserRole,
  });
  await directory.link(made.id, link);
  return made;
}

function assertMayJoin({ newUsers, name }: IdentityProvider, claims: JudgedClaims, email: string): void {
  if (newUsers.kind === "anyone") return;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  if (newUsers.kind === "domains" && claims.emailVerified && newUsers.domains.includes(domain)) return;
  throw new DomainError("sso_refused", `Nobody made an account for you, and ${name} makes none by itself.`);
}

async function applyRole(repositories: Repositories, user: User, role: Role | undefined): Promise<User> {
  return role === undefined || role === user.role ? user : changeUser(repositories, user.id, { role });
}

async function applyGroups(
  repositories: Repositories,
  user: User,
  { provider, claims }: Person,
): Promise<void> {
  if (claims.groups === undefined) return;
  const groups = await repositories.groups.list();
  const byId = new Set(groups.map(({ id }) => id));
  const byName = new Map(groups.map(({ id, name }) => [name.toLowerCase(), id]));
  const { mapped, others } = provider.groups;
  const given = new Set<string>();
  for (const value of claims.groups) {
    const named = mapped.filter((rule) => rule.value === value);
    for (const { groupId } of named) if (byId.has(groupId)) given.add(groupId);
    if (named.length > 0 || others === "ignore" || value.length > limits.nameLength) continue;
    const known = byName.get(value.toLowerCase());
    if (known === undefined && others === "existing") continue;
    const id =
      known ?? (await repositories.groups.insert({ name: value, description: "", memberIds: [] })).id;
    byName.set(value.toLowerCase(), id);
    given.add(id);
  }
  await repositories.directory.giveGroups(user.id, { providerId: provider.id, groupIds: [...given] });
}
