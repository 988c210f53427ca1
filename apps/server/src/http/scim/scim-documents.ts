import { limits } from "@corral/core";
import { groupSchemaId, userSchemaId } from "./scim-resources.ts";

type Attribute = { readonly name: string; readonly type: string } & Readonly<Record<string, unknown>>;

const text = (name: string, more: Readonly<Record<string, unknown>> = {}): Attribute => ({
  name,
  type: "string",
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...more,
});

const userAttributes = [
  text("userName", { required: true, uniqueness: "server" }),
  text("externalId", { caseExact: true }),
  text("displayName"),
  {
    ...text("name"),
    type: "complex",
    subAttributes: [text("formatted"), text("givenName"), text("familyName")],
  },
  {
    ...text("emails"),
    type: "complex",
    multiValued: true,
    subAttributes: [text("value", { required: true }), text("type"), { ...text("primary"), type: "boolean" }],
  },
  { ...text("active"), type: "boolean" },
  {
    ...text("groups", { mutability: "readOnly" }),
    type: "complex",
    multiValued: true,
    subAttributes: [text("value"), text("display")],
  },
];
const groupAttributes = [
  text("displayName", { required: true, uniqueness: "server" }),
  text("externalId", { caseExact: true }),
  { ...text("members"), type: "complex", multiValued: true, subAttributes: [text("value"), text("type")] },
];

/** What directories read before they begin (RFC 7643, sections 5 to 7). */
export const serviceProviderConfig = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: limits.scimPage },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "Bearer token",
      description: "A token that an administrator of Corral made for the directory.",
      primary: true,
    },
  ],
};

export const resourceTypes = [
  resourceType("User", "/Users", userSchemaId),
  resourceType("Group", "/Groups", groupSchemaId),
];

export const schemas = [
  schema("User", userSchemaId, userAttributes),
  schema("Group", groupSchemaId, groupAttributes),
];

function resourceType(name: string, endpoint: string, schemaId: string) {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: name,
    name,
    endpoint,
    schema: schemaId,
    meta: { resourceType: "ResourceType", location: `/scim/v2/ResourceTypes/${name}` },
  };
}

function schema(name: string, id: string, attributes: readonly Attribute[]) {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id,
    name,
    attributes,
    meta: { resourceType: "Schema", location: `/scim/v2/Schemas/${id}` },
  };
}
