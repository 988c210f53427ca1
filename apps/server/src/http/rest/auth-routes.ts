import type { SignedIn } from "@corral/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Container } from "../../container.ts";
import { parseBody } from "../parse-body.ts";
import { clientOf, personOf, prepareRestScope } from "./rest-scope.ts";

const email = z
  .email("must be an e-mail address")
  .max(254)
  .transform((text) => text.toLowerCase());
const password = z.string().min(1).max(1_024);
const name = z.string().trim().min(1).max(256);

const signUpSchema = z.object({
  email,
  password,
  name: name.optional(),
  setup_code: z.string().trim().min(1).max(128).optional(),
});
const signInSchema = z.object({ email, password });
const addSchema = z.object({
  email,
  password,
  name,
  role: z.enum(["pending", "user", "admin"]).default("pending"),
});

/** `/api/v1/auths`: what scripts sign up and in with. */
export function authRoutes(container: Container) {
  const { accounts, users } = container.services;
  return async (app: FastifyInstance): Promise<void> => {
    prepareRestScope(app, container);
    app.post("/signup", async (request) => {
      const { setup_code: setupCode, ...form } = parseBody(signUpSchema, request.body);
      const account = { ...form, name: form.name ?? form.email.split("@", 1)[0] ?? form.email };
      const input = setupCode === undefined ? account : { ...account, setupCode };
      return toSession(await accounts.signUp(input, clientOf(request)));
    });
    app.post("/signin", async (request) =>
      toSession(await accounts.signIn(parseBody(signInSchema, request.body), clientOf(request))),
    );
    app.post("/add", async (request) => {
      const actor = await personOf(container, request);
      const made = await users.create(actor, parseBody(addSchema, request.body), clientOf(request));
      return { id: made.id, email: made.email, name: made.name, role: made.role };
    });
  };
}

function toSession({ user, token }: SignedIn) {
  const { id, email: address, name: called, role } = user;
  return { token: token.reveal(), token_type: "Bearer", id, email: address, name: called, role };
}
