import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { base, readableBy, startAccessWorld, type AccessWorld } from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, password, type Person } from "../support/people.ts";

let world: AccessWorld;
let ada: Person;
let bob: Person;

const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const anonymous = () => clientFor(world.server.url);
const person = (name: string) => addMember(world.server, ada, name);
const codes = (failures: readonly { errorCode: string }[]) => failures.map(({ errorCode }) => errorCode);

beforeAll(async () => {
  world = await startAccessWorld("public");
  ({ ada, bob } = world);
});
afterAll(async () => world[Symbol.asyncDispose]());

describe("users.search", () => {
  test("finds people to share with by name, and shows members no addresses", async () => {
    const gina = await person("Gina-Gruber");

    const byMember = await bob.trpc.users.search.query({ search: "gina" });
    const byWholeAddress = await bob.trpc.users.search.query({ search: "Eve@Example.com" });
    const byPartOfAddress = await bob.trpc.users.search.query({ search: "@example" });
    const byAdministrator = await ada.trpc.users.search.query({ search: "ruber@example" });

    expect(byMember.users).toStrictEqual([{ id: gina.id, name: "Gina-Gruber", kind: "person", email: null }]);
    expect(byWholeAddress.users).toMatchObject([{ id: world.eve.id, email: null }]);
    expect(byPartOfAddress.users).toStrictEqual([]);
    expect(byAdministrator.users).toMatchObject([{ id: gina.id, email: "gina-gruber@example.com" }]);
  });

  test("leaves out the suspended and the pending; is for who may share; wants two letters", async () => {
    const hugo = await person("Hugo-Hidden");
    const waiting = await person("Hugo-Waiting");
    await ada.trpc.users.update.mutate({ id: hugo.id, status: "suspended" });
    await ada.trpc.users.update.mutate({ id: waiting.id, role: "pending" });

    const found = await bob.trpc.users.search.query({ search: "hugo" });
    await ada.trpc.settings.update.mutate({ memberPermissions: ["models.create"] });
    const denied = await failureOf(bob.trpc.users.search.query({ search: "hugo" }));
    await ada.trpc.settings.update.mutate({
      memberPermissions: ["models.create", "models.share", "models.import", "models.export", "keys.create"],
    });
    const invalid = await failureOf(bob.trpc.users.search.query({ search: "h" }));

    expect(found.users).toStrictEqual([]);
    expect([denied.errorCode, invalid.errorCode]).toStrictEqual(["access_denied", "invalid_input"]);
  });
});

describe("users.get", () => {
  test("shows oneself, and others with users.read; names of groups to their members", async () => {
    const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Seen", memberIds: [bob.id] });

    const own = await bob.trpc.users.get.query({ id: bob.id });
    const seen = await ada.trpc.users.get.query({ id: bob.id });
    const denied = await failureOf(bob.trpc.users.get.query({ id: ada.id }));
    const unknown = await failureOf(ada.trpc.users.get.query({ id: crypto.randomUUID() }));
    const invalid = await failureOf(ada.trpc.users.get.query({ id: "bob" }));

    expect(own).toStrictEqual(seen);
    expect(own).toMatchObject({
      id: bob.id,
      kind: "person",
      image: null,
      groups: [{ id: groupId, name: "Seen" }],
    });
    expect(codes([denied, unknown, invalid])).toStrictEqual([
      "access_denied",
      "user_not_found",
      "invalid_input",
    ]);
  });
});

describe("groups", () => {
  test("groups.list tells members how many belong to their group, and not who", async () => {
    const { id } = await ada.trpc.groups.create.mutate({
      name: "Counted",
      memberIds: [bob.id, world.eve.id],
    });

    const { groups } = await bob.trpc.groups.list.query();

    expect(groups.find((group) => group.id === id)).toMatchObject({ memberIds: [bob.id], memberCount: 2 });
  });
});

describe("auth.updateProfile", () => {
  test("changes one's own name and picture, and nothing else", async () => {
    const ivo = await person("Ivo");

    const changed = await ivo.trpc.auth.updateProfile.mutate({ name: "Ivo II", image: picture });
    const removed = await ivo.trpc.auth.updateProfile.mutate({ image: null });

    expect(changed).toMatchObject({ id: ivo.id, name: "Ivo II", image: picture, role: "user" });
    expect(removed).toMatchObject({ name: "Ivo II", image: null });
    const { entries } = await ada.trpc.audit.list.query({ targetUid: ivo.id, action: "auth.updateProfile" });
    expect(entries.map(({ after }) => after?.["image"] ?? after?.["name"])).toStrictEqual([
      "removed",
      "Ivo II",
      "changed",
    ]);
    expect(JSON.stringify(entries)).not.toContain("base64");
  });

  test("MASS-1: a body that names what the server sets is refused, and the account stays as it was", async () => {
    const before = await ada.trpc.users.get.query({ id: bob.id });
    const extras = {
      id: ada.id,
      role: "admin",
      status: "active",
      kind: "service",
      email: "bob@evil.example",
      emailVerified: true,
      permissions: ["users.read"],
      isFirstAdministrator: true,
      createdAt: new Date(0).toISOString(),
    };

    for (const [field, value] of Object.entries(extras)) {
      const body = { name: "Mallory", [field]: value };
      expect((await failureOf(bob.trpc.auth.updateProfile.mutate(body))).errorCode).toBe("invalid_input");
    }

    expect(await ada.trpc.users.get.query({ id: bob.id })).toStrictEqual(before);
  });

  test.each([
    ["a vector picture", "data:image/svg+xml;base64,PHN2Zy8+"],
    ["a page", "data:text/html;base64,PGgxPg=="],
    ["what only says that it is a PNG", "data:image/png;base64,PGgxPg=="],
    ["an address", "https://example.com/me.png"],
    ["a path", "/api/v1/auths/signout"],
  ])("XSS-1: refuses %s as a picture", async (_, image) => {
    const failure = await failureOf(bob.trpc.auth.updateProfile.mutate({ image }));

    expect(failure).toMatchObject({ errorCode: "invalid_input", issues: ["image"] });
  });

  test("is not for keys, nor for who waits for approval", async () => {
    const { key } = await bob.trpc.keys.replaceDefault.mutate();
    const waiting = await person("Waiting");
    await ada.trpc.users.update.mutate({ id: waiting.id, role: "pending" });
    const { token } = await anonymous().auth.signIn.mutate({ email: "waiting@example.com", password });

    const failures = [
      await failureOf(clientFor(world.server.url, key).auth.updateProfile.mutate({ name: "By a key" })),
      await failureOf(clientFor(world.server.url, token).auth.updateProfile.mutate({ name: "Too early" })),
    ];

    expect(codes(failures)).toStrictEqual(["access_denied", "access_denied"]);
  });
});

describe("users.delete", () => {
  async function personWithModel(name: string) {
    const somebody = await person(name);
    const id = `of-${name.toLowerCase()}`;
    await somebody.trpc.models.create.mutate({ id, name: id, baseModelId: base });
    const { key } = await somebody.trpc.keys.replaceDefault.mutate();
    return { ...somebody, model: id, key };
  }

  test("ends sessions, keys and grants, and leaves the models to administrators", async () => {
    const jan = await personWithModel("Jan");
    await bob.trpc.models.create.mutate({
      id: "shared-with-jan",
      name: "Shared",
      baseModelId: base,
      access: readableBy({ userIds: [jan.id] }),
    });

    await ada.trpc.users.delete.mutate({ id: jan.id });

    const failures = [
      await failureOf(jan.trpc.auth.session.query()),
      await failureOf(clientFor(world.server.url, jan.key).models.list.query({})),
      await failureOf(anonymous().auth.signIn.mutate({ email: "jan@example.com", password })),
      await failureOf(ada.trpc.users.get.query({ id: jan.id })),
    ];
    expect(codes(failures)).toStrictEqual([
      "unauthenticated",
      "unauthenticated",
      "unauthenticated",
      "user_not_found",
    ]);
    expect((await ada.trpc.models.get.query({ id: jan.model })).ownerId).toBeNull();
    expect((await failureOf(bob.trpc.models.get.query({ id: jan.model }))).errorCode).toBe("model_not_found");
    const shared = await bob.trpc.models.get.query({ id: "shared-with-jan" });
    expect(shared.definition?.access).toMatchObject({ read: { userIds: [] } });
    const { entries } = await ada.trpc.audit.list.query({ targetUid: jan.id, action: "users.delete" });
    expect(entries).toMatchObject([{ actor: { id: ada.id }, target: { kind: "user" }, after: null }]);
  });

  test("hands the models to a chosen person", async () => {
    const kai = await personWithModel("Kai");

    const heirless = await failureOf(
      ada.trpc.users.delete.mutate({ id: kai.id, transferTo: crypto.randomUUID() }),
    );
    const itself = await failureOf(ada.trpc.users.delete.mutate({ id: kai.id, transferTo: kai.id }));
    await ada.trpc.users.delete.mutate({ id: kai.id, transferTo: bob.id });

    expect(codes([heirless, itself])).toStrictEqual(["user_not_found", "user_not_found"]);
    expect((await bob.trpc.models.get.query({ id: kai.model })).ownerId).toBe(bob.id);
    const { entries } = await ada.trpc.audit.list.query({ targetKind: "record", action: "users.delete" });
    expect(entries.map(({ after }) => after?.["owner_id"])).toContain(bob.id);
  });

  test("is for administrators, of people who exist, and never of the last administrator", async () => {
    const denied = await failureOf(bob.trpc.users.delete.mutate({ id: world.eve.id }));
    const unknown = await failureOf(ada.trpc.users.delete.mutate({ id: crypto.randomUUID() }));
    const invalid = await failureOf(ada.trpc.users.delete.mutate({ id: "eve" }));
    const last = await failureOf(ada.trpc.users.delete.mutate({ id: ada.id }));

    expect(codes([denied, unknown, invalid, last])).toStrictEqual([
      "access_denied",
      "user_not_found",
      "invalid_input",
      "last_admin",
    ]);
  });
});

describe("SES-2: who could do more or less than before signs in anew", () => {
  test("a promotion, a demotion and a suspension end the sessions; approval and keys go on", async () => {
    const lea = await person("Lea");
    const email = "lea@example.com";
    const signIn = async () =>
      clientFor(world.server.url, (await anonymous().auth.signIn.mutate({ email, password })).token);
    const { key } = await lea.trpc.keys.replaceDefault.mutate();
    const byKey = clientFor(world.server.url, key);

    await ada.trpc.users.update.mutate({ id: lea.id, role: "admin" });
    const promoted = await signIn();
    const isAdministrator = await byKey.auth.session.query();
    await ada.trpc.users.update.mutate({ id: lea.id, role: "pending" });
    const waiting = await signIn();
    await ada.trpc.users.update.mutate({ id: lea.id, role: "user" });
    const approved = await waiting.auth.session.query();
    await ada.trpc.users.update.mutate({ id: lea.id, status: "suspended" });
    await ada.trpc.users.update.mutate({ id: lea.id, status: "active" });

    expect(isAdministrator?.user.role).toBe("admin");
    expect(approved?.user.role).toBe("user");
    const failures = [lea.trpc, promoted, waiting].map((client) => failureOf(client.auth.session.query()));
    expect(codes(await Promise.all(failures))).toStrictEqual(Array(3).fill("unauthenticated"));
    expect((await byKey.auth.session.query())?.user.role).toBe("user");
  });

  test("an administrator who changes their own role keeps the session that they did it with", async () => {
    const mia = await person("Mia");
    await ada.trpc.users.update.mutate({ id: mia.id, role: "admin" });
    const { token } = await anonymous().auth.signIn.mutate({ email: "mia@example.com", password });
    const own = clientFor(world.server.url, token);
    const { token: elsewhere } = await anonymous().auth.signIn.mutate({ email: "mia@example.com", password });

    await own.users.update.mutate({ id: mia.id, role: "user" });

    expect((await own.auth.session.query())?.user.role).toBe("user");
    expect(
      codes([await failureOf(clientFor(world.server.url, elsewhere).auth.session.query())]),
    ).toStrictEqual(["unauthenticated"]);
  });

  test("auth.changePassword ends every session, and gives the caller a new one", async () => {
    const noa = await person("Noa");
    const email = "noa@example.com";
    const other = await anonymous().auth.signIn.mutate({ email, password });
    const newPassword = "another battery of staples";

    const { token, user } = await noa.trpc.auth.changePassword.mutate({
      currentPassword: password,
      newPassword,
    });

    expect(user.id).toBe(noa.id);
    expect(token).not.toBe(noa.token);
    expect((await clientFor(world.server.url, token).auth.session.query())?.user.id).toBe(noa.id);
    const failures = [
      await failureOf(noa.trpc.auth.session.query()),
      await failureOf(clientFor(world.server.url, other.token).auth.session.query()),
      await failureOf(anonymous().auth.signIn.mutate({ email, password })),
    ];
    expect(codes(failures)).toStrictEqual(Array(3).fill("unauthenticated"));
    await anonymous().auth.signIn.mutate({ email, password: newPassword });
    const { entries } = await ada.trpc.audit.list.query({ targetUid: noa.id, action: "auth.changePassword" });
    expect(entries).toMatchObject([{ actor: { id: noa.id }, after: { password: "changed" } }]);
  });

  test("auth.changePassword wants the current password and a good new one, and is not for keys", async () => {
    const { key } = await bob.trpc.keys.replaceDefault.mutate();
    const change = { currentPassword: password, newPassword: "another battery of staples" };

    const wrong = await failureOf(
      bob.trpc.auth.changePassword.mutate({ ...change, currentPassword: "wrong wrong wrong" }),
    );
    const weak = await failureOf(bob.trpc.auth.changePassword.mutate({ ...change, newPassword: "short" }));
    const byKey = await failureOf(clientFor(world.server.url, key).auth.changePassword.mutate(change));

    expect(wrong).toMatchObject({ errorCode: "invalid_input", issues: ["currentPassword"] });
    expect(codes([weak, byKey])).toStrictEqual(["weak_password", "access_denied"]);
    expect((await bob.trpc.auth.session.query())?.user.id).toBe(bob.id);
  });
});

describe("sign-up", () => {
  test("once opened lets strangers in as pending, who may see their own session and nothing else", async () => {
    await ada.trpc.settings.update.mutate({ signUpOpen: true });
    const account = { email: "newcomer@example.com", password, name: "Newcomer" };
    const { user, token } = await anonymous().auth.signUp.mutate(account);
    await ada.trpc.settings.update.mutate({ signUpOpen: false });
    const own = clientFor(world.server.url, token);

    const closed = await failureOf(anonymous().auth.signUp.mutate({ ...account, email: "late@example.com" }));
    const denied = [
      await failureOf(own.models.list.query({})),
      await failureOf(own.access.effective.query()),
      await failureOf(own.users.get.query({ id: user.id })),
      await failureOf(own.keys.list.query()),
    ];

    expect((await own.auth.session.query())?.user.role).toBe("pending");
    expect((await own.auth.sessions.query()).sessions).toHaveLength(1);
    expect(closed.errorCode).toBe("signup_closed");
    expect(codes(denied)).toStrictEqual(Array(4).fill("access_denied"));
    const { entries } = await ada.trpc.audit.list.query({ targetUid: user.id });
    expect(entries).toMatchObject([{ action: "auth.signUp", actor: { id: user.id } }]);
  });
});
