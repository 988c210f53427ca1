import { limits, type DirectoryGroupState, type DirectoryUserState } from "@corral/core";
import { z } from "zod";
import { ScimRefusal } from "./scim-error.ts";
import {
  booleanSchema,
  membersSchema,
  nameSchema,
  parse,
  parseEmails,
  textSchema,
} from "./scim-resources.ts";

const patchSchema = z.object({
  Operations: z
    .array(
      z.object({
        // Some directories begin it with a capital.
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(["add", "remove", "replace"])),
        path: z.string().trim().min(1).max(512).optional(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(limits.scimOperations),
});
export type PatchOperation = z.output<typeof patchSchema>["Operations"][number];

export function parsePatch(body: unknown): readonly PatchOperation[] {
  const parsed = patchSchema.safeParse(body);
  if (parsed.success) return parsed.data.Operations;
  throw new ScimRefusal("invalidSyntax", "The body is no PatchOp with Operations of add, remove or replace.");
}

const prefix = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):?/u;
const pathShape = /^([a-z]+)(\[[^\]]*\])?(?:\.([a-z]+))?$/u;

/** An attribute, with a part of it or a condition on its values; all names in lower case. */
type Path = { readonly name: string; readonly filter: string | undefined; readonly part: string | undefined };

/** `undefined` for an extension's attribute, which we do not keep. */
function parsePath(text: string): Path | undefined {
  const path = text.replace(/^[^[]*/u, (names) => names.toLowerCase()).replace(prefix, "");
  if (path.startsWith("urn:")) return undefined;
  const [, name, filter, part] =
    pathShape.exec(path.replace(/\.[A-Za-z]+$/u, (end) => end.toLowerCase())) ?? [];
  if (name === undefined) throw new ScimRefusal("invalidPath", "The path names no attribute.");
  return { name, filter: filter?.slice(1, -1), part };
}

/** The operations as single assignments: one without a path holds many. */
function* toSteps({ op, path, value }: PatchOperation) {
  if (path !== undefined) {
    const at = parsePath(path);
    if (at !== undefined) yield { op, at, value };
    return;
  }
  if (op === "remove") throw new ScimRefusal("noTarget", "A remove needs a path.");
  for (const [name, inner] of Object.entries(parse(z.record(z.string(), z.unknown()), value))) {
    const at = parsePath(name);
    if (at !== undefined) yield { op, at, value: inner };
  }
}

export function patchUser(
  state: DirectoryUserState,
  operations: readonly PatchOperation[],
): DirectoryUserState {
  let next = state;
  for (const operation of operations) {
    for (const { op, at, value } of toSteps(operation)) {
      next = { ...next, ...(op === "remove" ? removeOfUser(at) : changeOfUser(next, at, value)) };
    }
  }
  return next;
}

function changeOfUser(
  state: DirectoryUserState,
  { name, part }: Path,
  value: unknown,
): Partial<DirectoryUserState> {
  switch (name) {
    case "active":
      return { active: parse(booleanSchema, value) };
    case "username":
      return { userName: parse(textSchema.pipe(z.string().min(1)), value) };
    case "externalid":
      return { externalId: parse(textSchema.nullable(), value) };
    case "displayname":
      return { name: parse(textSchema.pipe(z.string().min(1)), value) };
    case "emails":
      return { email: parseEmails(part === "value" ? { value } : value, state.userName) };
    case "name":
      return changeName(state, part === undefined ? value : { [spelled(part)]: value });
    default:
      return {};
  }
}

function spelled(part: string): string {
  return { formatted: "formatted", givenname: "givenName", familyname: "familyName" }[part] ?? part;
}

/** A display name that was made of the parts follows them. */
function changeName(state: DirectoryUserState, value: unknown): Partial<DirectoryUserState> {
  const name = parse(nameSchema, value);
  const { givenName = state.givenName, familyName = state.familyName } = name;
  const made = joined(state);
  const wasMade = made !== "" && state.name === made;
  const next = joined({ givenName, familyName });
  return {
    givenName,
    familyName,
    ...(name.formatted ? { name: name.formatted } : wasMade && next !== "" ? { name: next } : {}),
  };
}

function joined({ givenName, familyName }: Pick<DirectoryUserState, "givenName" | "familyName">): string {
  return [givenName, familyName].filter(Boolean).join(" ");
}

function removeOfUser({ name, part }: Path): Partial<DirectoryUserState> {
  if (name === "externalid") return { externalId: null };
  if (name === "name" && part === "givenname") return { givenName: null };
  if (name === "name" && part === "familyname") return { familyName: null };
  if (["username", "active", "displayname", "emails", "name"].includes(name)) {
    throw new ScimRefusal("mutability", `${name} cannot be removed.`);
  }
  return {};
}

export function patchGroup(
  state: DirectoryGroupState,
  operations: readonly PatchOperation[],
): DirectoryGroupState {
  let next = state;
  for (const operation of operations) {
    for (const { op, at, value } of toSteps(operation)) {
      if (at.name === "members")
        next = { ...next, memberIds: changeMembers(next.memberIds, { op, at, value }) };
      else if (at.name === "externalid")
        next = { ...next, externalId: op === "remove" ? null : parse(textSchema.nullable(), value) };
      else if (at.name === "displayname" && op === "remove")
        throw new ScimRefusal("mutability", "displayName cannot be removed.");
      else if (at.name === "displayname")
        next = { ...next, name: parse(textSchema.pipe(z.string().min(1)), value) };
    }
  }
  return next;
}

function changeMembers(
  before: readonly string[],
  { op, at, value }: { readonly op: PatchOperation["op"]; readonly at: Path; readonly value: unknown },
): readonly string[] {
  if (op === "remove") {
    const gone =
      at.filter !== undefined ? memberOf(at.filter) : value === undefined ? undefined : toIds(value);
    return gone === undefined ? [] : before.filter((id) => !gone.includes(id));
  }
  return [...new Set([...(op === "add" ? before : []), ...toIds(value)])];
}

function memberOf(filter: string): readonly string[] {
  const [, id] = /^\s*value\s+eq\s+"([^"\\]*)"\s*$/iu.exec(filter) ?? [];
  if (id === undefined)
    throw new ScimRefusal("invalidPath", 'Members are chosen by members[value eq "<id>"].');
  return [id];
}

function toIds(value: unknown): readonly string[] {
  return parse(membersSchema, Array.isArray(value) ? value : [value]).map((member) => member.value);
}
