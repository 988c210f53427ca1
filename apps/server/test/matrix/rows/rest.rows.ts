import { password } from "../../support/people.ts";
import { signedIn, signedInAdministrators, withoutLooking } from "../expectations.ts";
import { type Row } from "../row.ts";

const auths = "/api/v1/auths";
const account = { email: "rita@example.com", password };
const repair: Row["repair"] = (world) => world.remakeDefaultKeys();

export const rows: readonly Row[] = [
  {
    door: `POST ${auths}/signin`,
    ...withoutLooking,
    call: () => ({
      method: "POST",
      path: `${auths}/signin`,
      body: account,
    }),
  },
  {
    door: `POST ${auths}/signup`,
    ...withoutLooking,
    call: () => ({ method: "POST", path: `${auths}/signup`, body: { ...account, name: "Rita" } }),
    allowed: "signup_closed",
  },
  {
    door: `POST ${auths}/add`,
    ...signedInAdministrators,
    call: () => ({ method: "POST", path: `${auths}/add`, body: { ...account, name: "Rita" } }),
    allowed: "email_taken",
  },
  {
    door: `POST ${auths}/api_key`,
    ...signedIn,
    call: () => ({ method: "POST", path: `${auths}/api_key` }),
    repair,
  },
  // everybody has one by now
  { door: `GET ${auths}/api_key`, ...signedIn, call: () => ({ path: `${auths}/api_key` }) },
  {
    door: `DELETE ${auths}/api_key`,
    ...signedIn,
    call: () => ({ method: "DELETE", path: `${auths}/api_key` }),
    repair,
  },
  {
    door: "GET /models/model/profile/image",
    people: "DDD HAAAA AH",
    keys: "AADAHD A",
    call: ({ model }) => ({
      path: `/models/model/profile/image?id=${model}`,
    }),
  },
];
