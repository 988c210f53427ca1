import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aCustom, aState, aUser } from "../testing/world/catalog-builders.ts";
import { ArrayFeed } from "./__fixtures__/array-feed.ts";
import { isDomainError } from "../error/domain-error.ts";
import type { CatalogChanges } from "./catalog-state.ts";
import { revisionText } from "./revision-text.ts";
import { startCatalog } from "./start-catalog.ts";

const never = new AbortController().signal;
const model = (uid: string) => ({ records: [aCustom(uid)] });

function aFeed(): ArrayFeed {
  return new ArrayFeed(aState());
}

/** The code of the error that it ends with. */
function codeOf(work: Promise<void>): Promise<string> {
  return work.then(
    () => "nothing was refused",
    (error: unknown) => (isDomainError(error) ? error.code : String(error)),
  );
}

/** Lets everything run that waits for nothing but promises. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("following the feed", () => {
  test("shows what was there at the start, and each change after a hint", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    const seen: (CatalogChanges | "reload")[] = [];
    catalog.onChange((changes) => seen.push(changes));
    const first = catalog.current();

    feed.commit(model("m"));
    feed.hint();
    await settle();

    expect(first.findByUid("m")).toBeUndefined();
    expect(catalog.current().findByUid("m")?.id).toBe("m");
    expect(seen).toMatchObject([{ revision: { change: 11 }, changes: [{ kind: "record", uid: "m" }] }]);
  });

  test("misses nothing that happens between the load and the watch", async () => {
    const feed = aFeed();
    const { promise, resolve } = Promise.withResolvers<void>();
    feed.hold = promise;
    const starting = startCatalog(feed);
    feed.commit(model("m"));

    resolve();
    await using catalog = await starting;
    await settle();

    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("many hints at once lead to two reads at most", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.calls.length = 0;

    for (let at = 0; at < 50; at += 1) feed.hint();
    await settle();

    expect(feed.calls).toEqual(["changes", "changes"]);
    expect(catalog.current().revision.change).toBe(10);
  });

  test("loads everything anew when the log does not reach back", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    const seen: (CatalogChanges | "reload")[] = [];
    catalog.onChange((changes) => seen.push(changes));
    feed.isLogLost = true;
    feed.commit(model("m"));

    feed.hint();
    await settle();

    expect(seen).toEqual(["reload"]);
    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("a restored database is a new epoch, whatever its numbers", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    feed.commit({ ...model("m"), revision: { epoch: "e2", change: 3, catalog: 2 } });

    feed.hint();
    await settle();

    expect(revisionText(catalog.current().revision)).toBe("e2.2");
  });

  test("a failing feed is asked again until it answers, and reported each time", async () => {
    const feed = aFeed();
    const errors: unknown[] = [];
    await using catalog = await startCatalog(feed, { onError: (error) => errors.push(error) });
    await settle();
    feed.failures = 3;
    feed.commit(model("m"));

    feed.hint();
    await vi.advanceTimersByTimeAsync(100 + 200 + 400);

    expect(errors).toHaveLength(3);
    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("a feed that hangs is given up and asked again", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.hold = new Promise(() => {});
    feed.commit(model("m"));
    feed.hint();
    await settle();

    feed.hold = undefined;
    await vi.advanceTimersByTimeAsync(5_200);

    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("waits for the first copy however often that fails, unless told to stop", async () => {
    const feed = aFeed();
    feed.failures = 4;
    const errors: unknown[] = [];
    const starting = startCatalog(feed, { onError: (error) => errors.push(error) });

    await vi.advanceTimersByTimeAsync(100 + 200 + 400 + 800);
    await using catalog = await starting;

    expect(errors).toHaveLength(4);
    expect(catalog.current().size).toBe(1);
    await expect(startCatalog(feed, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "shutting_down",
    });
  });

  test("neither a listener nor a log that throws stops it", async () => {
    const feed = aFeed();
    const fail = (): never => {
      throw new Error("broken");
    };
    await using catalog = await startCatalog(feed, { onError: fail });
    const seen: number[] = [];
    catalog.onChange(fail);
    const unsubscribe = catalog.onChange(() => seen.push(catalog.current().revision.change));

    for (const uid of ["m1", "m2"]) {
      feed.commit(model(uid));
      feed.hint();
      await settle();
    }
    unsubscribe();
    feed.commit(model("m3"));
    feed.hint();
    await settle();

    expect(seen).toEqual([11, 12]);
  });

  test("ends its watch, its timers and its waiting when it is disposed", async () => {
    const feed = aFeed();
    const catalog = await startCatalog(feed);
    const refused = codeOf(catalog.acknowledge(99));

    await catalog[Symbol.asyncDispose]();

    expect(await refused).toBe("shutting_down");
    expect(feed.isWatched).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("acknowledge", () => {
  test("reads by itself when no hint comes", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    const change = feed.commit(model("m"));

    await catalog.acknowledge(change);

    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("does not take a read that began before the change for an answer", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    const { promise, resolve } = Promise.withResolvers<void>();
    feed.hold = promise;
    feed.hint();
    const change = feed.commit(model("m"));
    const acknowledged = catalog.acknowledge(change);
    feed.hold = undefined;
    resolve();

    await acknowledged;

    expect(catalog.current().revision.change).toBe(change);
  });

  test("resolves after the listeners were told, in the order of the changes", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    const order: string[] = [];
    catalog.onChange(() => order.push(`shows ${catalog.current().revision.change}`));
    const changes = [feed.commit(model("a")), feed.commit(model("b"))];

    await Promise.all(
      changes.map((change) => catalog.acknowledge(change).then(() => order.push(`ack ${change}`))),
    );

    expect(order).toEqual(["shows 12", "ack 11", "ack 12"]);
  });

  test("returns at once for nothing and for what is shown already", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.calls.length = 0;

    await catalog.acknowledge(null);
    await catalog.acknowledge(10);

    expect(feed.calls).toEqual([]);
  });

  test("gives up when every lease has surely run out", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.hold = new Promise(() => {});
    const refused = codeOf(catalog.acknowledge(11));

    await vi.advanceTimersByTimeAsync(7_000);

    expect(await refused).toBe("database_unavailable");
  });
});

describe("waiting for a revision", () => {
  test("returns when it is shown, reading for it", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    feed.commit(model("m"));

    await catalog.waitFor("e1.7", never);
    await catalog.waitFor("e1.8", never);

    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test.each(["e1.9", "e2.1", "e1", "e1.-1", "e1.1e1", "", ".7"])(
    "refuses %j, which nobody was given",
    async (revision) => {
      await using catalog = await startCatalog(aFeed());

      await expect(catalog.waitFor(revision, never)).rejects.toMatchObject({ code: "invalid_input" });
    },
  );

  test("says that it is behind after two seconds without an answer", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.failures = Number.POSITIVE_INFINITY;
    const refused = codeOf(catalog.waitFor("e1.8", never));

    await vi.advanceTimersByTimeAsync(2_000);

    expect(await refused).toBe("catalog_behind");
  });

  test("ends with its caller", async () => {
    const feed = aFeed();
    await using catalog = await startCatalog(feed);
    await settle();
    feed.hold = new Promise(() => {});
    const caller = new AbortController();
    const refused = codeOf(catalog.waitFor("e1.8", caller.signal));

    caller.abort();

    expect(await refused).toBe("request_cancelled");
  });
});

describe("the self-check", () => {
  const everyMinute = { rebuildEveryMs: 60_000 };

  test("reports and mends what no change explains", async () => {
    const feed = aFeed();
    const errors: unknown[] = [];
    await using catalog = await startCatalog(feed, {
      ...everyMinute,
      onError: (error) => errors.push(error),
    });
    feed.corrupt(model("m"));

    await vi.advanceTimersByTimeAsync(60_000);

    expect(errors).toMatchObject([{ message: expect.stringContaining("record m") }]);
    expect(catalog.current().findByUid("m")).toBeDefined();
  });

  test("finds nothing wrong with what changed while it looked, nor with another order of ids", async () => {
    const feed = new ArrayFeed(aState({ users: [aUser("bob", { groupIds: ["a", "b"] })] }));
    const errors: unknown[] = [];
    await using catalog = await startCatalog(feed, {
      ...everyMinute,
      onError: (error) => errors.push(error),
    });
    await settle();
    feed.corrupt({ users: [aUser("bob", { groupIds: ["b", "a"] })] });
    feed.commit(model("m"));

    await vi.advanceTimersByTimeAsync(60_000);

    expect(errors).toEqual([]);
    // Nothing hinted at it.
    expect(catalog.current().findByUid("m")).toBeUndefined();
  });
});
