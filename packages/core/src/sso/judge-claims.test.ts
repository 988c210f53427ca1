import { expect, test } from "vitest";
import type { IdentityProvider } from "./identity-provider.ts";
import { judgeClaims } from "./judge-claims.ts";

const provider: IdentityProvider = {
  id: "p",
  slug: "acme",
  name: "Acme",
  issuer: "https://id.acme.example",
  clientId: "corral",
  clientSecretFingerprint: null,
  scopes: ["openid"],
  groupsClaim: "realm_access.groups",
  groups: { mapped: [], others: "existing" },
  roleClaim: "https://acme.example/roles",
  roles: { admin: ["boss"], user: ["staff"], pending: [] },
  newUsers: { kind: "none" },
  newUserRole: "pending",
  linkByEmail: false,
  enabled: true,
  revision: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

test("finds a claim by its whole name, and one inside another by its path", () => {
  const claims = {
    sub: "1",
    realm_access: { groups: ["a", "b", "a", 7, " "] },
    "https://acme.example/roles": "staff",
  };

  expect(judgeClaims(provider, claims)).toMatchObject({ groups: ["a", "b"], role: "user" });
});

test("the highest role counts, and who has none gets what newcomers get", () => {
  const roleOf = (roles: unknown) =>
    judgeClaims(provider, { sub: "1", [provider.roleClaim ?? ""]: roles }).role;

  expect([roleOf(["staff", "boss"]), roleOf(["guest"]), roleOf(undefined), roleOf({ boss: true })]).toEqual([
    "admin",
    "pending",
    "pending",
    "pending",
  ]);
});

test("leaves roles and groups alone where no claim is named, whatever the claims say", () => {
  const judged = judgeClaims({ ...provider, roleClaim: null, groupsClaim: null }, { sub: "1", role: "boss" });

  expect([judged.role, judged.groups]).toEqual([undefined, undefined]);
});

test("believes in a verified address only where it is said to be so, in no other words", () => {
  const verified = (value: unknown) =>
    judgeClaims(provider, { sub: "1", email: " A@Acme.Example ", email_verified: value });

  expect(verified(true)).toMatchObject({ email: "a@acme.example", emailVerified: true });
  for (const value of ["true", 1, undefined, null]) expect(verified(value).emailVerified).toBe(false);
});

test("walks into nothing that an object inherits", () => {
  const named = { ...provider, groupsClaim: "constructor.name" };

  expect(judgeClaims(named, { sub: "1" }).groups).toEqual([]);
});

test("takes nothing for an address or a group that could not be one", () => {
  for (const email of [
    "x",
    "a@b",
    `${"a".repeat(250)}@acme.example`,
    "a\u0000@acme.example",
    7,
    ["a@acme.example"],
  ])
    expect(judgeClaims(provider, { sub: "1", email }).email).toBeUndefined();
  const claims = { sub: "a\u0000", name: "A\u0007", realm_access: { groups: ["a\u0000b", "\ud800", "ok"] } };

  expect(judgeClaims(provider, claims)).toMatchObject({ subject: "", name: "", groups: ["ok"] });
});
