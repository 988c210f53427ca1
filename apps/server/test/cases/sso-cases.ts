import { byPolicy, conflict, invalid, none, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const sso = "sso/single-sign-on";
const providers =
  "sso.providers.list, create, update and delete are administrators', and the secret stays inside";
const scimTokens =
  "scim.tokens.list, create and delete are administrators', and a deleted one is dead at once";
const nobody = "00000000-0000-4000-8000-000000000000";

export const ssoCases: CaseTable = {
  "sso.options": {
    happy: shown(
      sso,
      "makes an account at the first time and finds it at the next, with a cookie as the password gives",
    ),
    denied: none("everybody may ask how one signs in"),
    invalid: takesNoInput,
  },
  "sso.signOut": {
    happy: shown(sso, "ends the session here and at the provider"),
    denied: byPolicy,
    invalid: takesNoInput,
    conflict: none("it ends one's own session"),
  },
  "sso.providers.list": { happy: shown(sso, providers), denied: byPolicy, invalid: takesNoInput },
  "sso.providers.create": {
    happy: shown(sso, providers),
    denied: byPolicy,
    invalid: invalid({ name: "Other", slug: "other", issuer: "nowhere", clientId: "x" }, "issuer"),
    conflict: shown(sso, providers),
  },
  "sso.providers.update": {
    happy: shown(sso, providers),
    denied: byPolicy,
    invalid: invalid({ id: nobody, revision: 0 }, "revision"),
    conflict: shown(sso, providers),
  },
  "sso.providers.delete": {
    happy: shown(sso, "deleting one ends the sessions that it began, and keeps the accounts"),
    denied: byPolicy,
    invalid: invalid({ id: "first" }, "id"),
    conflict: conflict({ id: nobody }, "identity_provider_not_found"),
  },
  "scim.tokens.list": { happy: shown("scim/scim", scimTokens), denied: byPolicy, invalid: takesNoInput },
  "scim.tokens.create": {
    happy: shown("scim/scim", scimTokens),
    denied: byPolicy,
    invalid: invalid({ name: " " }, "name"),
    conflict: none("tokens may share a name: each is its own"),
  },
  "scim.tokens.delete": {
    happy: shown("scim/scim", scimTokens),
    denied: byPolicy,
    invalid: invalid({ id: "first" }, "id"),
    conflict: conflict({ id: nobody }, "scim_token_not_found"),
  },
};
