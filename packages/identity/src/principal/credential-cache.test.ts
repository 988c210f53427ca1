import { beforeEach, describe, expect, test } from "vitest";
import { CredentialCache } from "./credential-cache.ts";
import type { KnownCredential } from "./known-credential.ts";

type Lookup = ReturnType<typeof Promise.withResolvers<KnownCredential | undefined>>;

/** A store whose answers come when the test says so: the races are the point. */
const lookups: Lookup[] = [];
let now = 0;
let cache: CredentialCache;
beforeEach(() => {
  lookups.length = 0;
  now = 0;
  cache = new CredentialCache({
    maxEntries: 100,
    now: () => now,
    store: {
      find: async () => {
        const lookup: Lookup = Promise.withResolvers();
        lookups.push(lookup);
        return lookup.promise;
      },
    },
  });
});

const credential = (id: string): KnownCredential => ({
  kind: "key",
  id,
  userId: "u",
  name: "default",
  scopes: "owner",
  models: null,
  expiresAt: 1_000_000,
  endsAt: 1_000_000,
});

async function remember(hash: string, id: string): Promise<void> {
  const found = cache.find("key", hash);
  lookups.at(-1)?.resolve(credential(id));
  await found;
}

test("asks once for many who ask at once, and not at all afterwards", async () => {
  const found = Array.from({ length: 10 }, async () => cache.find("key", "h"));
  lookups[0]?.resolve(credential("k"));

  expect(new Set((await Promise.all(found)).map((one) => one?.id))).toEqual(new Set(["k"]));
  expect((await cache.find("key", "h"))?.id).toBe("k");
  expect(lookups).toHaveLength(1);
});

describe("KEY-6: a revocation", () => {
  test("makes it ask again", async () => {
    await remember("h", "k");

    cache.drop("k");
    const found = cache.find("key", "h");
    lookups.at(-1)?.resolve(undefined);

    expect(await found).toBeUndefined();
  });

  test("is not overtaken by a lookup that read before it", async () => {
    const before = cache.find("key", "h");
    cache.drop("k");
    const after = cache.find("key", "h");
    lookups[0]?.resolve(credential("k"));
    lookups[1]?.resolve(undefined);

    expect([(await before)?.id, await after]).toEqual(["k", undefined]);
    expect(lookups).toHaveLength(2);
    expect(await cache.find("key", "h")).toBeUndefined();
  });
});

test("remembers for five seconds that nobody has a credential", async () => {
  const first = cache.find("key", "h");
  lookups[0]?.resolve(undefined);
  await first;

  now = 4_999;
  expect(await cache.find("key", "h")).toBeUndefined();
  expect(lookups).toHaveLength(1);

  now = 5_000;
  const again = cache.find("key", "h");
  lookups[1]?.resolve(credential("k"));
  expect((await again)?.id).toBe("k");
});

test("a failed lookup is no answer: the next one asks again", async () => {
  const first = cache.find("key", "h");
  lookups[0]?.reject(new Error("down"));
  await expect(first).rejects.toThrow("down");

  await remember("h", "k");

  expect((await cache.find("key", "h"))?.id).toBe("k");
});

test("asks again for what seems to be over", async () => {
  await remember("h", "k");

  now = 1_000_000;
  const found = cache.find("key", "h");
  lookups.at(-1)?.resolve(credential("k"));

  expect(await found).toBeUndefined();
  expect(lookups).toHaveLength(2);
});

test("is bounded: in what it remembers, and in what it looks up at once", async () => {
  for (let index = 0; index < 300; index += 1) await remember(`h${index}`, `k${index}`);
  expect(cache.peek("k0")).toBeUndefined();
  expect(cache.peek("k299")?.id).toBe("k299");

  const guesses = Array.from({ length: 256 }, async (_, index) => cache.find("key", `guess-${index}`));

  await expect(cache.find("key", "one more")).rejects.toMatchObject({ code: "overloaded" });
  expect((await cache.find("key", "h299"))?.id).toBe("k299");
  for (const lookup of lookups) lookup.resolve(undefined);
  await Promise.all(guesses);
});
