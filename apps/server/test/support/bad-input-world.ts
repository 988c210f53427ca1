import { connect } from "@corral/db/testing";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "./people.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** A small installation, every part of which a bad request could name. */
export interface BadInputWorld extends AsyncDisposable {
  readonly server: TestServer;
  /** Administrator, member, account that waits for approval. */
  readonly ada: Person;
  readonly bob: Person;
  readonly pendingToken: string;
  readonly expiredToken: string;
  /** API key of the administrator. */
  readonly key: string;
  /** A group that Bob is not in. */
  readonly strangersGroupId: string;
  readonly connectionUid: string;
  /** Of `preset`, a model of Ada's over `open-base`. */
  readonly revision: number;
}

export async function createBadInputWorld(): Promise<BadInputWorld> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(await startSimulatedOllama({ models: ["llama3.2", "open-base"] }));
  const server = starting.use(await startTestServer());
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const { uid: connectionUid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    slug: "lab",
    prefix: null,
    url: ollama.url,
    authType: "bearer",
    key: "sk-stored-key",
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid: connectionUid });
  const preset = await ada.trpc.models.create.mutate({
    id: "preset",
    name: "Preset",
    baseModelId: "open-base",
  });
  await ada.trpc.models.create.mutate({ id: "on-preset", name: "On preset", baseModelId: "preset" });
  const { id: strangersGroupId } = await ada.trpc.groups.create.mutate({
    name: "Strangers",
    memberIds: [ada.id],
  });
  const { key } = await ada.trpc.keys.replaceDefault.mutate();
  const pete = { email: "pete@example.com", password, name: "Pete", role: "pending" as const };
  await ada.trpc.users.create.mutate(pete);
  const { token: pendingToken } = await clientFor(server.url).auth.signIn.mutate({
    email: pete.email,
    password,
  });
  const resources = starting.move();
  return {
    server,
    ada,
    bob,
    pendingToken,
    expiredToken: await makeExpiredSession(server),
    key,
    strangersGroupId,
    connectionUid,
    revision: preset.revision ?? 0,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Nobody has used the session yet, so only its row says how long it lives. */
async function makeExpiredSession(server: TestServer): Promise<string> {
  const { token } = await clientFor(server.url).auth.signIn.mutate({ email: "bob@example.com", password });
  await using database = await connect(server.databaseUrl);
  await database.query(
    "update sessions set expires_at = now() - interval '1 hour' where id = (select id from sessions order by created_at desc limit 1)",
  );
  return token;
}
