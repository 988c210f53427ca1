import { base, readableBy, type AccessWorld } from "./access-world.ts";
import { addMember, clientFor, password, type Person } from "./people.ts";

/** Takes something away from somebody, and gives it back for the next round. */
export type Narrowing = {
  readonly name: string;
  /** Also makes what it needs, in the first round. @returns Whose token asks. */
  readonly allow: () => Promise<{ readonly token: string }>;
  readonly narrow: () => Promise<unknown>;
  /** Who lost it sends this. */
  readonly request: { readonly path: string; readonly body?: object };
  /** The status that it is refused with. */
  readonly refusal: 401 | 403 | 404 | 503;
};

const nobody = { groupIds: [], userIds: [] };
const privately = { kind: "private" as const };

/** The ways in which a right is lost, each on models and people of its own. */
export async function createNarrowings(world: AccessWorld): Promise<readonly Narrowing[]> {
  const { ada, bob, eve } = world;
  const { id: group } = await ada.trpc.groups.create.mutate({ name: "Readers", memberIds: [] });
  const { key: evesKey } = await eve.trpc.keys.replaceDefault.mutate();
  return [
    await loseModel(ada, bob, {
      name: "a grant",
      wide: readableBy({ userIds: [bob.id] }),
      narrow: readableBy({ userIds: [eve.id] }),
    }),
    await loseModel(ada, bob, { name: "public to private", wide: { kind: "public" }, narrow: privately }),
    await loseMembership(ada, bob, group),
    await loseActivity(ada, bob),
    {
      name: "demotion",
      async allow() {
        await ada.trpc.users.update.mutate({ id: eve.id, role: "admin" });
        // A key, since another role ends the sessions.
        return { token: evesKey };
      },
      narrow: () => ada.trpc.users.update.mutate({ id: eve.id, role: "user" }),
      request: { path: `/v1/models/${base}` },
      refusal: 404,
    },
    {
      name: "suspension",
      async allow() {
        await ada.trpc.users.update.mutate({ id: eve.id, status: "active" });
        return signInAs(world, "eve");
      },
      narrow: () => ada.trpc.users.update.mutate({ id: eve.id, status: "suspended" }),
      request: { path: "/v1/models" },
      refusal: 401,
    },
    ...(await loseSessions(world)),
    await losePermission(ada, bob),
    loseKey(bob),
    loseConnection(world),
  ];
}

type Access = NonNullable<Parameters<Person["trpc"]["models"]["create"]["mutate"]>[0]["access"]>;

async function makeModel(ada: Person, access: Access): Promise<string> {
  const id = `narrowed-${Math.random().toString(36).slice(2)}`;
  await ada.trpc.models.create.mutate({ id, name: id, baseModelId: base, access });
  return id;
}

async function updateModel(
  ada: Person,
  id: string,
  change: { readonly access?: Access; readonly isActive?: boolean },
): Promise<void> {
  const { revision } = await ada.trpc.models.get.query({ id });
  await ada.trpc.models.update.mutate({ id, ...(revision !== null && { revision }), ...change });
}

async function loseModel(
  ada: Person,
  reader: Person,
  { name, wide, narrow }: { readonly name: string; readonly wide: Access; readonly narrow: Access },
): Promise<Narrowing> {
  const id = await makeModel(ada, privately);
  return {
    name,
    async allow() {
      await updateModel(ada, id, { access: wide });
      return reader;
    },
    narrow: () => updateModel(ada, id, { access: narrow }),
    request: { path: `/v1/models/${id}` },
    refusal: 404,
  };
}

async function loseMembership(ada: Person, member: Person, group: string): Promise<Narrowing> {
  const id = await makeModel(ada, {
    kind: "restricted",
    read: { ...nobody, groupIds: [group] },
    write: nobody,
  });
  return {
    name: "a group member",
    async allow() {
      await ada.trpc.groups.update.mutate({ id: group, memberIds: [member.id] });
      return member;
    },
    narrow: () => ada.trpc.groups.update.mutate({ id: group, memberIds: [] }),
    request: { path: `/v1/models/${id}` },
    refusal: 404,
  };
}

async function loseActivity(ada: Person, reader: Person): Promise<Narrowing> {
  const id = await makeModel(ada, { kind: "public" });
  return {
    name: "inactive",
    async allow() {
      await ada.trpc.models.toggle.mutate({ id, isActive: true });
      return reader;
    },
    narrow: () => ada.trpc.models.toggle.mutate({ id, isActive: false }),
    request: { path: `/v1/models/${id}` },
    refusal: 404,
  };
}

async function signInAs({ server }: Pick<AccessWorld, "server">, name: string): Promise<{ token: string }> {
  return clientFor(server.url).auth.signIn.mutate({ email: `${name}@example.com`, password });
}

/** Somebody who signs out everywhere, is signed out by an administrator, or changes the password. */
async function loseSessions(world: AccessWorld): Promise<readonly Narrowing[]> {
  const { server, ada } = world;
  const { id } = await addMember(server, ada, "Sam");
  let elsewhere = "";
  const lose = (name: string, narrow: Narrowing["narrow"]): Narrowing => ({
    name,
    async allow() {
      const { token } = await signInAs(world, "sam");
      ({ token: elsewhere } = await signInAs(world, "sam"));
      return { token };
    },
    narrow,
    request: { path: "/v1/models" },
    refusal: 401,
  });
  const passwords = { currentPassword: password, newPassword: password };
  return [
    lose("signing out everywhere", () => clientFor(server.url, elsewhere).auth.signOutEverywhere.mutate()),
    lose("being signed out", () => ada.trpc.users.signOut.mutate({ id })),
    lose("a changed password", () => clientFor(server.url, elsewhere).auth.changePassword.mutate(passwords)),
  ];
}

async function losePermission(ada: Person, member: Person): Promise<Narrowing> {
  const { id } = await ada.trpc.groups.create.mutate({ name: "Clerks", memberIds: [member.id] });
  return {
    name: "a permission",
    async allow() {
      await ada.trpc.groups.update.mutate({ id, permissions: ["users.read"] });
      return member;
    },
    narrow: () => ada.trpc.groups.update.mutate({ id, permissions: [] }),
    request: { path: "/trpc/users.list?input=%7B%7D" },
    refusal: 403,
  };
}

function loseKey(owner: Person): Narrowing {
  let id = "";
  return {
    name: "a key",
    async allow() {
      const { apiKey, key } = await owner.trpc.keys.create.mutate({ name: "for a round" });
      ({ id } = apiKey);
      return { token: key };
    },
    narrow: () => owner.trpc.keys.delete.mutate({ id }),
    request: { path: "/v1/models" },
    refusal: 401,
  };
}

function loseConnection({ ada, connectionUid: uid }: AccessWorld): Narrowing {
  const enable = async (enabled: boolean): Promise<void> => {
    const { connections } = await ada.trpc.connections.list.query();
    const revision = connections.find((connection) => connection.uid === uid)?.revision ?? 0;
    await ada.trpc.connections.update.mutate({ uid, revision, enabled });
  };
  return {
    name: "a disabled connection",
    async allow() {
      await enable(true);
      return ada;
    },
    narrow: () => enable(false),
    request: {
      path: "/v1/chat/completions",
      body: { model: base, messages: [{ role: "user", content: "say 1 words" }] },
    },
    // no place is left that could answer
    refusal: 503,
  };
}
