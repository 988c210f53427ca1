import { password } from "../../support/people.ts";
import { signedIn, signedInAdministrators, withoutLooking } from "../expectations.ts";
import { type Row } from "../row.ts";

const auths = "/api/v1/auths";
const anybodySignedIn = { people: "DAD AAAAA AA", keys: "DDDDDD D" };
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
    door: `POST ${auths}/signout`,
    ...anybodySignedIn,
    call: () => ({ method: "POST", path: `${auths}/signout` }),
    endsSession: true,
  },
  {
    door: `GET ${auths}/signout`,
    ...anybodySignedIn,
    call: () => ({ path: `${auths}/signout` }),
    endsSession: true,
  },
  { door: `GET ${auths}/`, people: "DAD AAAAA AA", keys: "AADAAD A", call: () => ({ path: `${auths}/` }) },
  {
    door: `POST ${auths}/update/profile`,
    ...signedIn,
    call: () => ({ method: "POST", path: `${auths}/update/profile`, body: {} }),
  },
  {
    door: `POST ${auths}/update/password`,
    ...signedIn,
    call: () => ({
      method: "POST",
      path: `${auths}/update/password`,
      body: { password: "not the one that it is", new_password: password },
    }),
    allowed: "invalid_input",
  },
];
