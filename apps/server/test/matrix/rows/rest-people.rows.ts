import { nobody } from "../ask.ts";
import { administrators, readers, signedIn, signedInAdministrators } from "../expectations.ts";
import { type Row } from "../row.ts";

const users = "/api/v1/users";
const groups = "/api/v1/groups";
const configs = "/api/v1/configs";

export const rows: readonly Row[] = [
  // people: needs users.read, which members have not
  { door: `GET ${users}/`, ...signedInAdministrators, call: () => ({ path: `${users}/` }) },
  { door: `GET ${users}/all`, ...signedInAdministrators, call: () => ({ path: `${users}/all` }) },
  { door: `GET ${users}/search`, ...signedIn, call: () => ({ path: `${users}/search?query=rita` }) },
  { door: `GET ${users}/groups`, ...readers, call: () => ({ path: `${users}/groups` }) },
  {
    door: `GET ${users}/permissions`,
    people: "DAD AAAAA AA",
    keys: "AADAAD A",
    call: () => ({ path: `${users}/permissions` }),
  },
  {
    door: `GET ${users}/default/permissions`,
    ...administrators,
    call: () => ({ path: `${users}/default/permissions` }),
  },
  {
    door: `POST ${users}/default/permissions`,
    ...administrators,
    call: () => ({ method: "POST", path: `${users}/default/permissions`, body: {} }),
  },
  {
    door: `POST ${users}/update/role`,
    ...signedInAdministrators,
    call: () => ({ method: "POST", path: `${users}/update/role`, body: { id: nobody, role: "user" } }),
    allowed: "user_not_found",
  },
  {
    door: `GET ${users}/:id`, // the reader, who may see themselves
    people: "DDD DADDD AA",
    keys: "DDDDDD D",
    call: ({ user }) => ({ path: `${users}/${user}` }),
  },
  {
    door: `DELETE ${users}/:id`,
    ...signedInAdministrators,
    call: () => ({ method: "DELETE", path: `${users}/${nobody}` }),
    allowed: "user_not_found",
  },

  { door: `GET ${groups}/`, ...readers, call: () => ({ path: `${groups}/` }) },
  {
    door: `POST ${groups}/create`,
    ...administrators,
    call: () => ({ method: "POST", path: `${groups}/create`, body: { name: "Readers" } }),
    allowed: "name_taken",
  },
  {
    door: `GET ${groups}/id/:id`,
    ...administrators,
    call: ({ group }) => ({ path: `${groups}/id/${group}` }),
  },
  {
    door: `GET ${groups}/id/:id/export`,
    ...administrators,
    call: ({ group }) => ({ path: `${groups}/id/${group}/export` }),
  },
  {
    door: `POST ${groups}/id/:id/users`,
    ...administrators,
    call: ({ group }) => ({ method: "POST", path: `${groups}/id/${group}/users` }),
  },
  ...(["add", "remove"] as const).map((verb) => ({
    door: `POST ${groups}/id/:id/users/${verb}`,
    ...administrators,
    call: ({ group }: { readonly group: string }) => ({
      method: "POST" as const,
      path: `${groups}/id/${group}/users/${verb}`,
      body: { user_ids: [] },
    }),
  })),
  {
    door: `POST ${groups}/id/:id/update`,
    ...administrators,
    call: ({ group }) => ({ method: "POST", path: `${groups}/id/${group}/update`, body: {} }),
  },
  {
    door: `DELETE ${groups}/id/:id/delete`,
    ...administrators,
    call: () => ({ method: "DELETE", path: `${groups}/id/${nobody}/delete` }),
    allowed: "group_not_found",
  },

  ...(["models", "connections"] as const).flatMap((what): readonly Row[] => [
    { door: `GET ${configs}/${what}`, ...administrators, call: () => ({ path: `${configs}/${what}` }) },
    {
      door: `POST ${configs}/${what}`,
      ...administrators,
      call: () => ({ method: "POST", path: `${configs}/${what}`, body: {} }),
    },
  ]),
];
