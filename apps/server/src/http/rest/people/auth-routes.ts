import { roles } from "@corral/access-control";
import type { SignedIn, User } from "@corral/core";
import { z } from "zod";
import { restRoute, type RestRoute } from "../rest-route.ts";

const email = z
  .email("must be an e-mail address")
  .max(254)
  .transform((text) => text.toLowerCase());
const password = z.string().min(1).max(1_024);
const name = z.string().trim().min(1).max(256);

export const sessionSchema = z.object({
  token: z.string().describe("For `Authorization: Bearer`."),
  token_type: z.literal("Bearer"),
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
});
export const sessionExample = {
  token: "f3b1…",
  token_type: "Bearer",
  id: "0d9c1f4e-5b1c-4a53-9a53-9f1b8f6f2a10",
  email: "ada@example.com",
  name: "Ada",
  role: "admin",
};
const credentials = { email: "ada@example.com", password: "correct horse battery staple" };

const signUp = restRoute({
  method: "POST",
  path: "/signup",
  operationId: "signUp",
  tag: "auths",
  summary: "Makes an account and signs in",
  description:
    "The first account becomes the administrator and needs the setup code that the server printed, unless the " +
    "environment made one. Later ones are `pending` until an administrator approves them, where sign-up is open.",
  policy: { auth: "none", scope: "none" },
  body: z.object({
    email,
    password,
    name: name.optional(),
    setup_code: z.string().trim().min(1).max(128).optional(),
  }),
  answer: sessionSchema,
  errors: ["setup_code_invalid", "signup_closed", "email_taken", "weak_password", "overloaded"],
  examples: { body: { ...credentials, name: "Ada" }, answer: sessionExample },
  async handle({ body, services, client }) {
    const { setup_code: setupCode, name: given, ...rest } = body;
    const account = { ...rest, name: given ?? body.email.split("@", 1)[0] ?? body.email };
    const input = setupCode === undefined ? account : { ...account, setupCode };
    return toSession(await services.accounts.signUp(input, client));
  },
});

const signIn = restRoute({
  method: "POST",
  path: "/signin",
  operationId: "signIn",
  tag: "auths",
  summary: "Signs in with e-mail address and password",
  policy: { auth: "none", scope: "none" },
  body: z.object({
    email,
    password,
    code: z
      .string()
      .regex(/^(?:\d{6}|[0-9A-Za-z]{5}-[0-9A-Za-z]{5})$/u, "must be six digits, or a backup code")
      .optional(),
  }),
  answer: sessionSchema,
  errors: ["unauthenticated", "second_factor_required", "second_factor_invalid", "overloaded"],
  examples: { body: credentials, answer: sessionExample },
  handle: async ({ body, services, client }) => toSession(await services.accounts.signIn(body, client)),
});

const signedOutSchema = z.object({ status: z.literal(true) });
const signingOut = {
  path: "/signout",
  tag: "auths",
  summary: "Ends the session",
  policy: { auth: "account", scope: "none" },
  answer: signedOutSchema,
  examples: { answer: { status: true } },
} as const;
const signedOut = { status: true } as const;

const signOut = restRoute({
  ...signingOut,
  method: "POST",
  operationId: "signOut",
  async handle({ actor, services }) {
    await services.accounts.signOut(actor);
    return signedOut;
  },
});

const signOutByLink = restRoute({
  ...signingOut,
  method: "GET",
  operationId: "signOutByGet",
  description: "As the POST, for clients that ask this way.",
  async handle({ actor, services }) {
    await services.accounts.signOut(actor);
    return signedOut;
  },
});

const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
});
const userExample = {
  id: "7c0a1c44-63a1-4d5e-9e4e-2f7f0f6b1d22",
  email: "bob@example.com",
  name: "Bob",
  role: "user",
} as const;

const addUser = restRoute({
  method: "POST",
  path: "/add",
  operationId: "addUser",
  tag: "auths",
  summary: "Makes an account for somebody",
  policy: { auth: "administrator", scope: "none" },
  body: z.object({ email, password, name, role: z.enum(roles).default("pending") }),
  answer: userSchema,
  errors: ["email_taken", "weak_password", "overloaded"],
  examples: {
    body: { email: "bob@example.com", password: credentials.password, name: "Bob", role: "user" },
    answer: userExample,
  },
  handle: async ({ actor, body, services, client }) =>
    toUser(await services.users.create(actor, body, client)),
});

function toUser({ id, email: address, name: called, role }: User): z.output<typeof userSchema> {
  return { id, email: address, name: called, role };
}

export function toSession({ user, token }: SignedIn): z.output<typeof sessionSchema> {
  return { token: token.reveal(), token_type: "Bearer", ...toUser(user) };
}

export const authRoutes: readonly RestRoute[] = [signUp, signIn, signOut, signOutByLink, addUser];
