import type { GroupMapping, NewUsers, RoleMapping } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { GroupEntity } from "./group.entity.ts";
import { SessionEntity } from "./session.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

// A new client secret shows in the revision; a rotation of keys seals it anew and changes nothing.
const contents = ["revision", "slug", "name", "issuer", "client_id", "scopes"].concat([
  "groups_claim",
  "groups",
  "role_claim",
  "roles",
  "new_users",
  "new_user_role",
  "link_by_email",
  "enabled",
]);

/** Where people may sign in besides here. Their accounts there are rows of `accounts` with `sso:<id>` as provider. */
export const IdentityProviderEntity = defineEntity({
  name: "IdentityProvider",
  tableName: "identity_providers",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    slug: p.text(),
    name: p.text(),
    issuer: p.text(),
    clientId: p.text(),
    sealedClientSecret: p.text().nullable(),
    clientSecretFingerprint: p.text().nullable(),
    scopes: p.array(),
    groupsClaim: p.text().nullable(),
    groups: p.json<GroupMapping>(),
    roleClaim: p.text().nullable(),
    roles: p.json<RoleMapping>(),
    newUsers: p.json<NewUsers>(),
    newUserRole: p.text().$type<"pending" | "user">(),
    linkByEmail: p.boolean(),
    enabled: p.boolean(),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [{ name: "identity_providers_slug_unique", properties: ["slug"] }],
  checks: [{ name: "identity_providers_role_check", expression: "new_user_role in ('pending', 'user')" }],
  triggers: watchTable({
    table: "identity_providers",
    target: "identity_provider",
    uid: "id",
    catalog: false,
    columns: contents,
    hidden: ["sealed_client_secret"],
  }).concat(moveRevision("identity_providers", contents)),
});

/** Memberships that a provider gave: what it may take again. The memberships themselves are watched. */
export const GivenMembershipEntity = defineEntity({
  name: "GivenMembership",
  tableName: "given_memberships",
  properties: {
    providerId: () =>
      p.manyToOne(IdentityProviderEntity).mapToPk().fieldName("provider_id").deleteRule("cascade").primary(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").primary().index(),
    groupId: () =>
      p.manyToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").primary().index(),
  },
});

/** Sessions that began at a provider, which wants its own proof back to end its own. */
export const ProviderSessionEntity = defineEntity({
  name: "ProviderSession",
  tableName: "provider_sessions",
  properties: {
    sessionId: () =>
      p.oneToOne(SessionEntity).mapToPk().fieldName("session_id").deleteRule("cascade").primary(),
    providerId: () =>
      p.manyToOne(IdentityProviderEntity).mapToPk().fieldName("provider_id").deleteRule("cascade").index(),
    sealedIdToken: p.text(),
  },
});
