import { createHash } from "node:crypto";
import { openTestDatabase, aCustomModel, testAuthor } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { pixel, sharedWith, startRecordsWorld, type RecordsWorld } from "./support/records-world.ts";
import { password, type Person } from "./support/people.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const bytes = Buffer.from(pixel.split(",")[1] ?? "", "base64");
const hash = createHash("sha256").update(bytes).digest("hex");
const gif = `data:image/gif;base64,${Buffer.from("GIF89a-another").toString("base64")}`;
const route = "/models/model/profile/image";

function get(path: string, person?: Person, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = person === undefined ? {} : { authorization: `Bearer ${person.token}` };
  return fetch(`${world.server.url}${path}`, {
    headers: { ...authorization, ...headers },
    redirect: "manual",
  });
}

describe("the picture of a model", () => {
  test("[XSS-1] comes from its own address with its bytes, to whoever may read the model, and is not sent twice", async () => {
    const { ada, bob, eve } = world;
    const made = await bob.trpc.models.create.mutate({
      id: "pic/tured",
      name: "Pictured",
      baseModelId: "qwen3:8b",
      meta: { profile_image_url: pixel },
      access: sharedWith({ read: [eve.id] }),
    });
    const { rows } = await eve.trpc.models.list.query({ query: "pictured" });
    const imageUrl = rows[0]?.imageUrl ?? "";

    const first = await get(imageUrl, eve);
    const again = await get(imageUrl, eve, { "if-none-match": first.headers.get("etag") ?? "" });
    const other = await get(imageUrl, eve, { "if-none-match": 'W/"x"' });
    const byName = await get(`${route}?id=PIC%2Ftured`, ada);

    expect(imageUrl).toBe(`${route}?id=${made.uid}&v=${hash}`);
    expect(made.definition?.meta["profile_image_url"]).toBe(imageUrl);
    expect(Buffer.from(await first.arrayBuffer())).toStrictEqual(bytes);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "content-type": "image/png",
      "cache-control": "private, no-cache",
      etag: `"${hash}"`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
    expect([again.status, await again.text(), other.status, byName.status]).toStrictEqual([
      304,
      "",
      200,
      200,
    ]);
  });

  test("is shown to a browser with its session cookie", async () => {
    const { ada, bob, server } = world;
    await ada.trpc.models.create.mutate({
      id: "cookie",
      name: "C",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [bob.id] }),
    });
    const signIn = await fetch(`${server.url}/trpc/auth.signIn`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: server.url },
      body: JSON.stringify({ email: "bob@example.com", password }),
    });
    const cookie = signIn.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");

    const shown = await get(`${route}?id=cookie`, undefined, { cookie });

    expect([signIn.status, shown.status]).toStrictEqual([200, 200]);
  });

  test("answers for what one may not read as for what does not exist, also to who knows the picture", async () => {
    const { bob, eve } = world;
    const { uid } = await bob.trpc.models.create.mutate({
      id: "unseen",
      name: "Unseen",
      baseModelId: "qwen3:8b",
      meta: { profile_image_url: pixel },
    });
    const nowhere = uid.replace(/^.{8}/u, "00000000");
    const known = { "if-none-match": `"${hash}"` };

    const answers = await Promise.all([
      get(`${route}?id=${uid}`, eve, known).then(async (answer) => [answer.status, await answer.text()]),
      get(`${route}?id=${nowhere}`, eve, known).then(async (answer) => [answer.status, await answer.text()]),
    ]);
    const anonymous = await get(`${route}?id=${uid}`);
    const invalid = await get(route, bob);

    const [forbidden, missing] = answers.map((answer) =>
      JSON.stringify(answer).replaceAll(uid, "?").replaceAll(nowhere, "?"),
    );
    expect(forbidden).toBe(missing);
    expect(forbidden).toContain("404");
    expect([anonymous.status, invalid.status]).toStrictEqual([401, 400]);
  });

  test("[XSS-3] is a tile where there is none: always the same one, with nothing of the name that could be markup", async () => {
    const { bob } = world;
    const tile = { id: "tile", name: "<script> & Söhne", baseModelId: "qwen3:8b" };
    await bob.trpc.models.create.mutate(tile);
    await bob.trpc.models.create.mutate({
      ...tile,
      id: "linked",
      meta: { profile_image_url: "https://pictures.example.com/x.png" },
    });

    const first = await get(`${route}?id=tile`, bob);
    const second = await get(`${route}?id=tile`, bob);
    const text = await first.text();
    const again = await get(`${route}?id=tile`, bob, { "if-none-match": first.headers.get("etag") ?? "" });
    const linked = await get(`${route}?id=linked`, bob);
    const row = await bob.trpc.models.get.query({ id: "linked" });
    await bob.trpc.models.update.mutate({ id: "tile", revision: 1, name: "Other" });
    const renamed = await get(`${route}?id=tile`, bob);

    expect(first.headers.get("content-type")).toBe("image/svg+xml");
    expect(first.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(text).toContain(">SS</text>");
    expect(text).not.toMatch(/script|&/u);
    expect(await second.text()).toBe(text);
    expect(again.status).toBe(304);
    expect([linked.status, linked.headers.get("content-type"), row.imageUrl]).toStrictEqual([
      200,
      "image/svg+xml",
      null,
    ]);
    expect(row.definition?.meta["profile_image_url"]).toBe("https://pictures.example.com/x.png");
    expect(renamed.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  test("stays when it is absent or named by our own address, and goes with null", async () => {
    const { bob } = world;
    const made = await bob.trpc.models.create.mutate({
      id: "kept",
      name: "Kept",
      baseModelId: "qwen3:8b",
      meta: { profile_image_url: pixel, description: "One" },
    });
    const image = made.imageUrl;
    const update = (revision: number, meta: Record<string, unknown>) =>
      bob.trpc.models.update.mutate({ id: "kept", revision, meta });

    const absent = await update(1, { description: "Two" });
    const same = await update(2, { description: "Two", profile_image_url: image });
    const another = await update(2, { profile_image_url: gif });
    const gone = await update(3, { profile_image_url: null });
    const restored = await bob.trpc.models.restore.mutate({ id: "kept", revision: 4, version: 1 });
    const cleared = await bob.trpc.models.restore.mutate({ id: "kept", revision: 5, version: 4 });
    const foreign = await failureOf(
      update(6, { profile_image_url: `${route}?id=${made.uid}&v=${"0".repeat(64)}` }),
    );
    const preview = await bob.trpc.models.previewUpdate.query({
      id: "kept",
      revision: 6,
      meta: { profile_image_url: `${route}?id=${made.uid}&v=${"0".repeat(64)}` },
    });

    expect([absent, same].map(({ imageUrl, revision }) => [imageUrl, revision])).toStrictEqual([
      [image, 2],
      [image, 2],
    ]);
    expect(another.imageUrl).not.toBe(image);
    expect([gone.imageUrl, restored.imageUrl, cleared.imageUrl]).toStrictEqual([null, image, null]);
    expect([foreign.errorCode, preview.refusal?.code]).toStrictEqual(["invalid_input", "invalid_input"]);
    expect(preview.refusal?.message).toBe(foreign.message);
  });
});

describe("upkeep", () => {
  test("deletes pictures a day after the last model lost them, and none that a version may still bring back", async () => {
    await using db = await openTestDatabase();
    const { unitOfWork } = db.database;
    const write = <T>(work: Parameters<typeof unitOfWork.write<T>>[1]) => unitOfWork.write(testAuthor, work);
    const withImage = aCustomModel({ meta: { profile_image_url: pixel } });
    const { value: record } = await write(({ models }) => models.insert(withImage));
    await db.client.query("update images set used_at = now() - interval '2 days'");
    const hasImage = () => unitOfWork.read(({ models }) => models.hasImage(hash));

    await write(({ models }) => models.update({ ...record, meta: {} }));
    await db.database.prune();
    const afterLoss = await hasImage();
    await db.client.query("update images set used_at = now() - interval '2 days'");
    await db.database.prune();
    const aDayLater = await hasImage();

    expect([afterLoss, aDayLater]).toStrictEqual([true, false]);
  });
});
