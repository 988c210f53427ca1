import { limits, type DirectoryFilter, type DirectoryQuery } from "@corral/core";
import { z } from "zod";
import { ScimRefusal } from "./scim-error.ts";

const querySchema = z.object({
  filter: z.string().max(2_048).optional(),
  startIndex: z.coerce.number().int().catch(1).default(1),
  count: z.coerce.number().int().catch(limits.scimPage).default(limits.scimPage),
  attributes: z.string().max(2_048).optional(),
  excludedAttributes: z.string().max(2_048).optional(),
});

const userAttributes: Readonly<Record<string, DirectoryFilter["attribute"]>> = {
  id: "id",
  username: "userName",
  externalid: "externalId",
  displayname: "displayName",
  emails: "email",
  "emails.value": "email",
};
const groupAttributes: Readonly<Record<string, DirectoryFilter["attribute"]>> = {
  id: "id",
  externalid: "externalId",
  displayname: "displayName",
};

/** A page and which attributes of it are wanted. */
export type ScimQuery = {
  readonly directory: DirectoryQuery;
  readonly startIndex: number;
  readonly pick: (resource: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
};

export function parseQuery(kind: "Users" | "Groups", query: unknown): ScimQuery {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success)
    throw new ScimRefusal("invalidValue", "A parameter of the query is given twice or too long.");
  const { filter, startIndex: wanted, count, attributes, excludedAttributes } = parsed.data;
  const startIndex = Math.min(Math.max(1, wanted), 1_000_000);
  const known = kind === "Users" ? userAttributes : groupAttributes;
  return {
    directory: {
      ...(filter !== undefined && { filter: parseFilter(filter, known) }),
      offset: startIndex - 1,
      limit: Math.min(Math.max(0, count), limits.scimPage),
    },
    startIndex,
    pick: createPick(toNames(attributes), toNames(excludedAttributes)),
  };
}

const filterShape =
  /^\s*(?:urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):)?([A-Za-z.]{1,64})\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/iu;

function parseFilter(
  text: string,
  known: Readonly<Record<string, DirectoryFilter["attribute"]>>,
): DirectoryFilter {
  const [, name = "", value = ""] = filterShape.exec(text) ?? [];
  const attribute = Object.hasOwn(known, name.toLowerCase()) ? known[name.toLowerCase()] : undefined;
  if (attribute === undefined) {
    throw new ScimRefusal(
      "invalidFilter",
      `Filters are of the form: attribute eq "value", with one of ${Object.keys(known).join(", ")}.`,
    );
  }
  try {
    return { attribute, value: z.string().parse(JSON.parse(value)) };
  } catch {
    throw new ScimRefusal("invalidFilter", "The filter's value is not a JSON string.");
  }
}

function toNames(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  return new Set(text.split(",").map((name) => name.trim().split(/[.]/u, 1)[0]?.toLowerCase() ?? ""));
}

/** `id` and `schemas` are always there. */
function createPick(
  wanted: ReadonlySet<string> | undefined,
  unwanted: ReadonlySet<string> | undefined,
): ScimQuery["pick"] {
  return (resource) =>
    Object.fromEntries(
      Object.entries(resource).filter(([name]) => {
        if (name === "id" || name === "schemas") return true;
        const key = name.toLowerCase();
        return wanted === undefined ? unwanted?.has(key) !== true : wanted.has(key);
      }),
    );
}
