import { createTestDatabase } from "@corral/db/testing";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { signUpAdministrator } from "../support/people.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { secretKey, startTestServer } from "../support/start-test-server.ts";
import { never, startRefresher } from "./start-refresher.ts";

const listings = ({ journal }: { readonly journal: { of(path: string): readonly unknown[] } }) =>
  journal.of("/api/tags").length;

describe("a listing", () => {
  test("takes a model away after a minute without it, and gives it back with what was stored", async () => {
    await using ollama = await startSimulatedOllama({ models: ["stays:1", "goes:1"] });
    await using one = await startRefresher();
    const uid = await one.connect(ollama.url);
    const before = one.catalog.current().findByName("goes:1");
    const goneAt = new Date(one.clock.nowMs).toISOString();
    ollama.removeModel("goes:1");

    await one.refresher.refresh(uid);
    const atFirst = one.missingSince("goes:1");
    one.clock.nowMs += 60_000;
    await one.refresher.refresh(uid);
    const later = one.missingSince("goes:1");
    ollama.addModel("goes:1");
    await one.refresher.refresh(uid);

    expect([atFirst, later, one.missingSince("goes:1")]).toEqual([null, goneAt, null]);
    expect(one.catalog.current().findByName("goes:1")?.uid).toBe(before?.uid);
    expect(one.errors).toEqual([]);
  });

  test("is one for all who ask while it runs, and a new one for who needs what came after", async () => {
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    await using one = await startRefresher();
    const uid = await one.connect(ollama.url);
    ollama.journal.clear();
    ollama.faults.set({ path: "/api/tags", fault: { kind: "delay", waitMs: 100 } });
    const arrived = ollama.journal.next(({ path }) => path === "/api/tags");

    const asked = Array.from({ length: 20 }, () => one.refresher.refresh(uid));
    await arrived;
    const anew = one.refresher.refreshAnew(uid);
    await Promise.all(asked);
    const together = listings(ollama);
    await anew;

    expect(together).toBe(1);
    expect(listings(ollama)).toBe(2);
  });

  test("of all is asked for at most every five seconds, by whomever", async () => {
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    await using one = await startRefresher();
    await one.connect(ollama.url);
    ollama.journal.clear();

    await one.refresher.refreshAll(5_000);
    one.clock.nowMs += 4_999;
    await one.refresher.refreshAll(5_000);
    const within = listings(ollama);
    one.clock.nowMs += 1;
    await one.refresher.refreshAll(5_000);

    expect([within, listings(ollama)]).toEqual([1, 2]);
  });

  test("repeats by itself, and sooner after a failure", async () => {
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    await using one = await startRefresher({
      intervals: { ...never, localMs: 20, retryMs: 10, retryMaxMs: 20 },
    });
    const uid = await one.connect(ollama.url);
    await ollama.journal.next(({ path }) => path === "/api/tags");

    ollama.faults.set({ path: "/api/tags", fault: { kind: "refuse" } });
    await expect.poll(() => one.refresher.board.of(uid)?.state, { timeout: 15_000 }).toBe("unreachable");
    const kept = one.missingSince("one:1");
    ollama.faults.clear();
    await expect.poll(() => one.refresher.board.of(uid)?.state, { timeout: 15_000 }).toBe("ready");

    // a failure says nothing about models
    expect(kept).toBeNull();
    expect(one.errors).toEqual([]);
  });
});

describe("several processes on one database", () => {
  test("list a connection once, and the others read what came of it", async () => {
    await using database = await createTestDatabase();
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    await using first = await startRefresher({ databaseUrl: database.url });
    await using second = await startRefresher({ databaseUrl: database.url });
    const uid = await first.connect(ollama.url);
    await expect.poll(() => second.missingSince("one:1")).toBeNull();
    await expect.poll(() => second.refresher.board.of(uid)?.state).toBe("ready");

    expect(listings(ollama)).toBe(1);

    // whoever is asked, the first one lists; the second knows its result when it says that it is done
    ollama.addModel("two:1");
    await second.refresher.refresh(uid);
    expect(second.missingSince("two:1")).toBeNull();
    expect(listings(ollama)).toBe(2);
    ollama.faults.set({ path: "/api/tags", fault: { kind: "refuse" } });
    await second.refresher.refresh(uid);
    expect(second.refresher.board.of(uid)).toMatchObject({
      state: "degraded",
      errorCode: "upstream_unavailable",
    });
    expect([first.errors, second.errors]).toEqual([[], []]);
  });

  test("take over from one that stops, and list at once", async () => {
    await using database = await createTestDatabase();
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    const intervals = { ...never, takeOverMs: 20 };
    const first = await startRefresher({ databaseUrl: database.url, intervals });
    await first.connect(ollama.url);
    // only now, or it could be the one that lists
    await using second = await startRefresher({ databaseUrl: database.url, intervals });
    await expect.poll(() => second.missingSince("one:1")).toBeNull();
    ollama.journal.clear();

    const next = ollama.journal.next(({ path }) => path === "/api/tags");
    await first[Symbol.asyncDispose]();
    await next;

    expect(listings(ollama)).toBe(1);
  });

  test("take over within 30 seconds from one that is killed", { timeout: 60_000 }, async () => {
    await using database = await createTestDatabase();
    await using ollama = await startSimulatedOllama({ models: ["one:1"] });
    const environment = {
      DATABASE_URL: database.url,
      CORRAL_SECRET_KEY: secretKey,
    };
    await using doomed = spawnServer(environment);
    const ada = await signUpAdministrator(await doomed.ready());
    const { uid } = await ada.trpc.connections.create.mutate({
      provider: "ollama",
      name: "Lab",
      url: ollama.url,
    });
    await ada.trpc.connections.refresh.mutate({ uid });
    await using heir = await startTestServer(environment);

    const next = ollama.journal.next(({ path }) => path === "/api/tags", { timeoutMs: 30_000 });
    doomed.kill("SIGKILL");
    await doomed.exited;
    await next;

    expect(heir.url).toMatch(/^http/u);
  });
});
