import { accessRouter } from "./routers/access/access-router.ts";
import { aliasesRouter } from "./routers/aliases/aliases-router.ts";
import { auditRouter } from "./routers/audit/audit-router.ts";
import { authRouter } from "./routers/auth/auth-router.ts";
import { baseNamesRouter } from "./routers/base-names/base-names-router.ts";
import { chatRouter } from "./routers/chat/chat-router.ts";
import { connectionsRouter } from "./routers/connections/connections-router.ts";
import { discoveryRouter } from "./routers/discovery/discovery-router.ts";
import { documentsRouter } from "./routers/documents/documents-router.ts";
import { eventsRouter } from "./routers/events/events-router.ts";
import { groupsRouter } from "./routers/groups/groups-router.ts";
import { invitationsRouter } from "./routers/invitations/invitations-router.ts";
import { keysRouter } from "./routers/keys/keys-router.ts";
import { modelsRouter } from "./routers/models/models-router.ts";
import { namesRouter } from "./routers/names/names-router.ts";
import { ollamaRouter } from "./routers/ollama/ollama-router.ts";
import { policiesRouter } from "./routers/policies/policies-router.ts";
import { operationsRouter } from "./routers/operations/operations-router.ts";
import { settingsRouter } from "./routers/settings/settings-router.ts";
import { scimRouter } from "./routers/scim/scim-router.ts";
import { ssoRouter } from "./routers/sso/sso-router.ts";
import { usersRouter } from "./routers/users/users-router.ts";
import { router } from "./trpc.ts";

/** Everything that the typed interface offers. */
export const appRouter = router({
  auth: authRouter,
  access: accessRouter,
  users: usersRouter,
  groups: groupsRouter,
  settings: settingsRouter,
  invitations: invitationsRouter,
  keys: keysRouter,
  models: modelsRouter,
  aliases: aliasesRouter,
  names: namesRouter,
  baseNames: baseNamesRouter,
  connections: connectionsRouter,
  operations: operationsRouter,
  ollama: ollamaRouter,
  audit: auditRouter,
  discovery: discoveryRouter,
  policies: policiesRouter,
  documents: documentsRouter,
  scim: scimRouter,
  sso: ssoRouter,
  chat: chatRouter,
  events: eventsRouter,
});

export type AppRouter = typeof appRouter;
