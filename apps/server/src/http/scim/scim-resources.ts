import type { DirectoryGroup, DirectoryGroupState, DirectoryUser, DirectoryUserState } from "@corral/core";
import { limits } from "@corral/core";
import { z } from "zod";
import { ScimRefusal } from "./scim-error.ts";

export const userSchemaId = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupSchemaId = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** Some directories write booleans as text. */
export const booleanSchema = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(?:true|false)$/iu)
    .transform((text) => text.toLowerCase() === "true"),
]);
export const textSchema = z
  .string()
  .max(limits.nameLength)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not contain control characters")
  .transform((text) => text.normalize("NFC").trim());
const filled = textSchema.pipe(z.string().min(1));
export const nameSchema = z.object({
  formatted: textSchema.nullish(),
  givenName: textSchema.nullish(),
  familyName: textSchema.nullish(),
});
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());
const emailsSchema = z.array(z.object({ value: z.string(), primary: booleanSchema.optional() })).max(100);
export const membersSchema = z.array(z.object({ value: z.string() })).max(10_000);

const userSchema = z.object({
  userName: filled,
  externalId: textSchema.nullish(),
  displayName: textSchema.nullish(),
  name: nameSchema.nullish(),
  emails: emailsSchema.nullish(),
  active: booleanSchema.default(true),
});
const groupSchema = z.object({
  displayName: filled,
  externalId: textSchema.nullish(),
  members: membersSchema.nullish(),
});

/** A whole user, as POST and PUT bring it; attributes that we do not keep are ignored, as RFC 7644 allows. */
export function parseUser(body: unknown): DirectoryUserState {
  const user = parse(userSchema, body);
  const { userName } = user;
  const name = user.name ?? {};
  const given = [name.givenName, name.familyName].filter(Boolean).join(" ");
  return {
    userName,
    externalId: user.externalId ?? null,
    givenName: name.givenName ?? null,
    familyName: name.familyName ?? null,
    name: user.displayName || name.formatted || given || userName,
    email: pickEmail(user.emails ?? [], userName),
    active: user.active,
  };
}

export function parseGroup(body: unknown): DirectoryGroupState {
  const { displayName, externalId, members } = parse(groupSchema, body);
  return {
    name: displayName,
    externalId: externalId ?? null,
    memberIds: [...new Set((members ?? []).map(({ value }) => value))],
  };
}

/** The primary address, else the first, else the user name where it is one. */
export function pickEmail(emails: z.output<typeof emailsSchema>, userName: string): string {
  const email = emails.find(({ primary }) => primary === true) ?? emails[0];
  const parsed = emailSchema.safeParse(email?.value ?? userName);
  if (parsed.success) return parsed.data;
  throw new ScimRefusal("invalidValue", "The user needs an e-mail address: in emails, or as userName.");
}

export function parseEmails(value: unknown, userName: string): string {
  return pickEmail(parse(emailsSchema, Array.isArray(value) ? value : [value]), userName);
}

/** @throws ScimRefusal `invalidValue` with where it is wrong. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "The value" : issue.path.join(".");
  throw new ScimRefusal("invalidValue", `${where}: ${issue?.message ?? "is wrong"}.`);
}

export function toScimUser(user: DirectoryUser, base: URL) {
  const name = {
    formatted: user.name,
    ...(user.givenName !== null && { givenName: user.givenName }),
    ...(user.familyName !== null && { familyName: user.familyName }),
  };
  return {
    schemas: [userSchemaId],
    id: user.id,
    ...(user.externalId !== null && { externalId: user.externalId }),
    userName: user.userName,
    displayName: user.name,
    name,
    emails: [{ value: user.email, type: "work", primary: true }],
    active: user.status === "active",
    groups: user.groups.map(({ id, name: display }) => ({
      value: id,
      display,
      $ref: hrefOf(base, "Groups", id),
    })),
    meta: {
      resourceType: "User",
      created: user.createdAt,
      lastModified: user.updatedAt,
      location: hrefOf(base, "Users", user.id),
    },
  };
}

export function toScimGroup(group: DirectoryGroup, base: URL) {
  return {
    schemas: [groupSchemaId],
    id: group.id,
    ...(group.externalId !== null && { externalId: group.externalId }),
    displayName: group.name,
    members: group.memberIds.map((value) => ({ value, type: "User", $ref: hrefOf(base, "Users", value) })),
    meta: { resourceType: "Group", created: group.createdAt, location: hrefOf(base, "Groups", group.id) },
  };
}

function hrefOf(base: URL, kind: "Users" | "Groups", id: string): string {
  return new URL(`/scim/v2/${kind}/${id}`, base).href;
}
