import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import type { Objects, Principal } from "./row.ts";

/** One server with everybody and everything that the table speaks of. */
export interface World extends AsyncDisposable {
  readonly server: TestServer;
  readonly ollama: SimulatedOllama;
  readonly ada: Person;
  readonly owner: Person;
  readonly objects: Objects;
  /** Name nothing. */
  readonly missing: Objects;
  /** `undefined`: without a credential. */
  token(principal: Principal): string | undefined;
  /** One more session; `undefined` for whoever cannot have one. */
  signIn(principal: Principal): Promise<string | undefined>;
  /** New `default` keys in the place of lost ones. */
  remakeDefaultKeys(): Promise<void>;
  /** Another key of the owner's for the rows to name. */
  remakeObjectKey(): Promise<void>;
  setBypass(adminBypass: boolean): Promise<void>;
}

export const openBase = "open-base:7b";
const emails: Partial<Record<Principal, string>> = {
  pending: "pete@example.com",
  stranger: "sven@example.com",
  reader: "rita@example.com",
  groupMember: "gus@example.com",
  writer: "willa@example.com",
  owner: "olga@example.com",
  admin: "ada@example.com",
  adminWithoutBypass: "ada@example.com",
};

export async function startWorld(start = startTestServer): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(
    await startSimulatedOllama({ models: [openBase, "quiet-base:7b", "gone-base:7b"] }),
  );
  const dashboard = await makeDashboard(starting);
  const server = starting.use(await start({}, dashboard));
  const ada = await signUpAdministrator(server);
  const members = await addMembers(server, ada);
  const { objects, otherModel } = await makeObjects(ada, members, ollama.url);
  const tokens = new Map<Principal, string>(
    Object.entries({ ...(await makeTokens(server, ada)), ...tokensOf(members), admin: ada.token }).map(
      ([principal, token]) => [principal as Principal, token], // safe: the keys of the objects above
    ),
  );
  tokens.set("adminWithoutBypass", ada.token);
  for (const [principal, token] of await makeKeys(server, members.owner, {
    listed: objects.model,
    otherModel,
  }))
    tokens.set(principal, token);
  const remakeDefaultKeys = async () => {
    tokens.set("full", (await members.owner.trpc.keys.replaceDefault.mutate()).key);
    tokens.set("adminsFull", (await ada.trpc.keys.replaceDefault.mutate()).key);
  };
  await remakeDefaultKeys();
  let named = objects;
  const resources = starting.move();
  return {
    server,
    ollama,
    ada,
    owner: members.owner,
    get objects() {
      return named;
    },
    missing: toMissing(objects),
    token: (principal) => tokens.get(principal),
    async signIn(principal) {
      const email = emails[principal];
      if (email === undefined) return undefined;
      return (await clientFor(server.url).auth.signIn.mutate({ email, password })).token;
    },
    remakeDefaultKeys,
    async remakeObjectKey() {
      const { apiKey } = await members.owner.trpc.keys.create.mutate({ name: randomUUID() });
      named = { ...named, key: apiKey.id };
    },
    async setBypass(adminBypass) {
      const text = JSON.stringify({ corral: 1, source: "bypass", settings: { adminBypass } });
      await ada.trpc.documents.applyChanges.mutate({ text, adopt: true });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A built dashboard as far as its routes are concerned. */
async function makeDashboard(resources: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "corral-dashboard-"));
  resources.defer(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Corral</title>");
  await writeFile(join(folder, "assets/app.js"), "export {};");
  return `${folder}/`;
}

type Members = Readonly<Record<"stranger" | "reader" | "groupMember" | "writer" | "owner", Person>>;

async function addMembers(server: TestServer, ada: Person): Promise<Members> {
  return {
    stranger: await addMember(server, ada, "Sven"),
    reader: await addMember(server, ada, "Rita"),
    groupMember: await addMember(server, ada, "Gus"),
    writer: await addMember(server, ada, "Willa"),
    owner: await addMember(server, ada, "Olga"),
  };
}

function tokensOf(members: Members): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, { token }]) => [name, token]));
}

async function makeObjects(
  ada: Person,
  { reader, groupMember, writer, owner }: Members,
  url: string,
): Promise<{ readonly objects: Objects; readonly otherModel: string }> {
  const connection = { provider: "ollama" as const, name: "Cellar", slug: "cellar", prefix: null, url };
  const { uid } = await ada.trpc.connections.create.mutate({
    ...connection,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  await ada.trpc.models.update.mutate({ id: "quiet-base:7b", access: { kind: "private" } });
  const { id: group } = await ada.trpc.groups.create.mutate({ name: "Readers", memberIds: [groupMember.id] });
  const own = { name: "Own", baseModelId: openBase };
  const target = await owner.trpc.models.create.mutate({ ...own, id: "matrix-target" });
  // above it, so that it is not deleted by whoever may
  await owner.trpc.models.create.mutate({ ...own, id: "matrix-upper", baseModelId: "matrix-target" });
  await owner.trpc.models.create.mutate({ ...own, id: "matrix-other" });
  await ada.trpc.models.update.mutate({
    id: "matrix-target",
    revision: target.revision ?? 0,
    access: {
      kind: "restricted",
      read: { groupIds: [group], userIds: [reader.id] },
      write: { groupIds: [], userIds: [writer.id] },
    },
  });
  await ada.trpc.aliases.create.mutate({ id: "matrix-alias", targets: [{ id: "matrix-target" }] });
  const { operationId } = await owner.trpc.models.bulk.mutate({
    select: { ids: ["matrix-other"] },
    change: { tags: { add: ["bulk"] } },
  });
  const { uid: pin } = await owner.trpc.models.pins.set.mutate({
    id: "matrix-target",
    revision: 1,
    target: { kind: "user", userId: reader.id },
  });
  const { apiKey } = await owner.trpc.keys.create.mutate({ name: "object" });
  const objects: Objects = {
    model: "matrix-target",
    modelUid: target.uid,
    privateBase: "quiet-base:7b",
    connection: uid,
    group,
    user: reader.id,
    key: apiKey.id,
    alias: "matrix-alias",
    operation: operationId ?? "",
    pin,
  };
  return { objects, otherModel: "matrix-other" };
}

/** Sessions of accounts that may do nothing. */
async function makeTokens(server: TestServer, ada: Person): Promise<Record<string, string>> {
  const pete = { email: "pete@example.com", password, name: "Pete", role: "pending" as const };
  await ada.trpc.users.create.mutate(pete);
  const { token: pending } = await clientFor(server.url).auth.signIn.mutate({ email: pete.email, password });
  const { id, token: suspended } = await addMember(server, ada, "Sue");
  await ada.trpc.users.update.mutate({ id, status: "suspended" });
  return { pending, suspended };
}

async function makeKeys(
  server: TestServer,
  owner: Person,
  models: { readonly listed: string; readonly otherModel: string },
): Promise<readonly (readonly [Principal, string])[]> {
  const make = async (
    name: string,
    more: Omit<Parameters<typeof owner.trpc.keys.create.mutate>[0], "name">,
  ) => owner.trpc.keys.create.mutate({ name, ...more });
  // a key that is limited to some models can have no more
  const scopes = ["gateway:invoke" as const, "models:read" as const];
  const readOnly = await make("read", { scopes: ["models:read"] });
  const invokeOnly = await make("invoke", { scopes: ["gateway:invoke"] });
  const listed = await make("listed", { scopes, models: { ids: [models.listed] } });
  const unlisted = await make("unlisted", { scopes, models: { ids: [models.otherModel] } });
  const expired = await make("expired", { scopes });
  await using database = await connect(server.databaseUrl);
  await database.query("update api_keys set expires_at = now() - interval '1 minute' where id = $1", [
    expired.apiKey.id,
  ]);
  return [
    ["readOnly", readOnly.key],
    ["invokeOnly", invokeOnly.key],
    ["listed", listed.key],
    ["unlisted", unlisted.key],
    ["expired", expired.key],
  ];
}

/** Equal lengths, so that answers that quote an id have equal lengths too. */
function toMissing(objects: Objects): Objects {
  return {
    model: "matrix-absent",
    modelUid: randomUUID(),
    privateBase: "quite-base:7b",
    connection: randomUUID(),
    group: randomUUID(),
    user: randomUUID(),
    key: randomUUID(),
    alias: "matrix-alibi",
    operation: randomUUID(),
    pin: randomUUID(),
  } satisfies Record<keyof typeof objects, string>;
}
