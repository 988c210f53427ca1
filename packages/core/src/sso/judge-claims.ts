import type { Role } from "@corral/access-control";
import { z } from "zod";
import { limits } from "../limits.ts";
import type { IdentityProvider } from "./identity-provider.ts";

const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

export type Claims = Readonly<Record<string, unknown>>;

/** What a provider says of a person, in our words. */
export type JudgedClaims = {
  readonly subject: string;
  /** In lower case. */
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string;
  /** `undefined`: roles are not managed from there. */
  readonly role: Role | undefined;
  /** `undefined`: groups are not managed from there. */
  readonly groups: readonly string[] | undefined;
};

/** Reads claims by a provider's settings. A claim that is missing gives nothing: who lost it loses what it gave. */
export function judgeClaims(provider: IdentityProvider, claims: Claims): JudgedClaims {
  const email = emailSchema.safeParse(claims["email"]).data;
  return {
    subject: textOf(claims["sub"]) ?? "",
    email,
    emailVerified: claims["email_verified"] === true,
    name: nameOf(claims) ?? email ?? "",
    role: provider.roleClaim === null ? undefined : roleOf(provider, valuesOf(claims, provider.roleClaim)),
    groups: provider.groupsClaim === null ? undefined : valuesOf(claims, provider.groupsClaim),
  };
}

function roleOf({ roles, newUserRole }: IdentityProvider, values: readonly string[]): Role {
  const found = (["admin", "user", "pending"] as const).find((role) =>
    roles[role].some((value) => values.includes(value)),
  );
  return found ?? newUserRole;
}

/** The claim of that very name, else what the path leads to. */
function valuesOf(claims: Claims, name: string): readonly string[] {
  const found = Object.hasOwn(claims, name) ? claims[name] : follow(claims, name.split("."));
  const values = Array.isArray(found) ? found : [found];
  const texts = values
    .filter((value) => typeof value === "string")
    .map((value) => value.normalize("NFC").trim());
  return [...new Set(texts)]
    .filter((text) => text !== "" && isStorable(text))
    .slice(0, limits.ssoClaimValues);
}

function follow(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return follow(new Map(Object.entries(value)).get(name), rest);
}

function nameOf(claims: Claims): string | undefined {
  const given = [textOf(claims["given_name"]), textOf(claims["family_name"])].filter(
    (part) => part !== undefined,
  );
  const name =
    textOf(claims["name"]) ?? (given.length > 0 ? given.join(" ") : textOf(claims["preferred_username"]));
  const clean = name
    ?.normalize("NFC")

    .trim()
    .slice(0, 256);
  return clean === "" ? undefined : clean;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && isStorable(value) ? value : undefined;
}
