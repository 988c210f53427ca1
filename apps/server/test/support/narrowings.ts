import { base, readableBy, type AccessWorld } from "./access-world.ts";
import { clientFor, password, type Person } from "./people.ts";

/** Takes something away from somebody, and gives it back for the next round. */
export type Narrowing = {
  readonly name: string;
  /** Also makes what it needs, in the first round. @returns Whose token asks. */
  readonly allow: () => Promise<{ readonly token: string }>;
  readonly narrow: () => Promise<unknown>;
  /** Who lost it sends this. */
  readonly request: { readonly path: string; readonly body?: object };
  /** The status that it is refused with. */
  readonly refusal: 401 | 404 | 503;
};

const nobody = { groupIds: [], userIds: [] };
const privately = { kind: "private" as const };

/** The eight ways in which a right is lost, each on models and people of its own. */
export async function createNarrowings(world: AccessWorld): Promise<readonly Narrowing[]> {
  const { server, ada, bob, eve } = world;
  const { id: group } = await ada.trpc.groups.create.mutate({ name: "Readers", memberIds: [] });
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
        return eve;
      },
      narrow: () => ada.trpc.users.update.mutate({ id: eve.id, role: "user" }),
      request: { path: `/v1/models/${base}` },
      refusal: 404,
    },
    {
      name: "suspension",
      async allow() {
        await ada.trpc.users.update.mutate({ id: eve.id, status: "active" });
        const email = "eve@example.com";
        return clientFor(server.url).auth.signIn.mutate({ email, password });
      },
      narrow: () => ada.trpc.users.update.mutate({ id: eve.id, status: "suspended" }),
      request: { path: "/v1/models" },
      refusal: 401,
    },
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
