import { roles } from "@corral/access-control";
import { portraitSchema } from "@corral/core";
import { z } from "zod";
import { restRoute, type RestRoute } from "../rest-route.ts";
import { sessionSchema, sessionExample, toSession } from "./auth-routes.ts";
import { permissionExample, permissionTreeSchema } from "./permission-tree.ts";
import { permissionsOf } from "./user-routes.ts";

const ownSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  profile_image_url: z.string().nullable().describe("A picture as a `data:` URL."),
  permissions: permissionTreeSchema,
});
const ownExample = {
  id: "7c0a1c44-63a1-4d5e-9e4e-2f7f0f6b1d22",
  email: "bob@example.com",
  name: "Bob",
  role: "user",
  profile_image_url: null,
  permissions: permissionExample,
};

const getSessionUser = restRoute({
  method: "GET",
  path: "/",
  operationId: "getSessionUser",
  tag: "auths",
  summary: "Who is asking, and what they may do",
  policy: { auth: "account", scope: "models:read" },
  answer: ownSchema,
  examples: { answer: ownExample },
  async handle({ actor, services }) {
    const { userId } = actor.principal;
    const { image } = await services.users.get(actor, userId);
    const { role } = actor.principal;
    const own = { id: userId, email: actor.email, name: actor.name, role };
    return { ...own, profile_image_url: image, permissions: permissionsOf(actor) };
  },
});

const updateProfile = restRoute({
  method: "POST",
  path: "/update/profile",
  operationId: "updateProfile",
  tag: "auths",
  summary: "Changes one's own name and picture",
  policy: { auth: "member", scope: "none" },
  body: z.object({
    name: z.string().trim().min(1).max(256).optional(),
    /** A `data:` URL, `null` for none; any other address changes nothing. */
    profile_image_url: z
      .string()
      .transform((url) => (url.startsWith("data:") ? url : undefined))
      .pipe(portraitSchema.optional())
      .nullish(),
  }),
  answer: z.object({ id: z.string(), name: z.string(), profile_image_url: z.string().nullable() }),
  examples: {
    body: { name: "Bob" },
    answer: { id: ownExample.id, name: "Bob", profile_image_url: null },
  },
  async handle({ actor, body, services, client }) {
    const { name, profile_image_url: image } = body;
    const change = { ...(name !== undefined && { name }), ...(image !== undefined && { image }) };
    const saved = await services.users.updateOwn(actor, change, client);
    return { id: saved.id, name: saved.name, profile_image_url: saved.image };
  },
});

const updatePassword = restRoute({
  method: "POST",
  path: "/update/password",
  operationId: "updatePassword",
  tag: "auths",
  summary: "Changes one's own password",
  description: "Every session ends, the caller's too; the answer holds a new one.",
  policy: { auth: "member", scope: "none" },
  body: z.object({ password: z.string().min(1).max(1_024), new_password: z.string().min(1).max(1_024) }),
  answer: sessionSchema,
  errors: ["weak_password", "overloaded"],
  examples: {
    body: { password: "correct horse battery staple", new_password: "another horse battery staple" },
    answer: sessionExample,
  },
  async handle({ actor, body, services, client }) {
    const { password: current, new_password: next } = body;
    return toSession(await services.passwords.change(actor, { current, next }, client));
  },
});

export const ownAccountRoutes: readonly RestRoute[] = [getSessionUser, updateProfile, updatePassword];
