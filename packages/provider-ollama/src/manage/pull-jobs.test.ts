import { DomainError, ollamaPullJobSchema, type OllamaProgress, type OllamaPullJob } from "@corral/core";
import { describe, expect, test } from "vitest";
import { parseOllamaName } from "../ollama-name.ts";
import { startManagedOllama } from "./__fixtures__/start-managed-ollama.ts";
import { PullJobs } from "./pull-jobs.ts";

const options = { signal: new AbortController().signal };

async function ended(states: AsyncIterable<OllamaPullJob>): Promise<OllamaPullJob[]> {
  const seen: OllamaPullJob[] = [];
  for await (const state of states) seen.push(state);
  return seen;
}

describe("pulls that several people watch", () => {
  test("[vector 39] many watchers, one upstream; who leaves does not stop it", async () => {
    await using managed = await startManagedOllama({
      pace: { pullMs: 10 },
      library: [{ name: "m", layerBytes: [1000, 500] }],
    });
    const { pulls } = managed.ollama;

    const job = pulls.start({ model: "m" });
    const same = pulls.start({ model: "Library/M:latest" });
    const watchers = [1, 2, 3].map(() => ended(pulls.watch(job.id, options)));
    for await (const { progress } of pulls.watch(job.id, options)) {
      if (progress?.phase === "transferring") break;
    }
    const results = await Promise.all(watchers);

    expect(same.id).toBe(job.id);
    expect(managed.server.journal.of("/api/pull")).toHaveLength(1);
    for (const states of results) {
      expect(states[0]?.state).toBe("running");
      expect(states.at(-1)).toMatchObject({
        model: "m:latest",
        state: "succeeded",
        progress: { phase: "done", percent: 100, completedBytes: 1500 },
        error: null,
      });
      for (const state of states) expect(ollamaPullJobSchema.parse(state)).toEqual(state);
    }
    expect((await managed.ollama.tags(options)).map(({ name }) => name)).toContain("m:latest");
  });

  test("[vector 39] goes on without anybody, and cancelling it closes the upstream", async () => {
    await using managed = await startManagedOllama({ pace: { pullMs: 20 } });
    const { pulls } = managed.ollama;
    const arrival = managed.server.journal.next(({ path }) => path === "/api/pull");
    const { id } = pulls.start({ model: "tinyllama" });
    const entry = await arrival;
    const watching = ended(pulls.watch(id, options));

    const cancelled = pulls.cancel(id);
    await managed.server.journal.whenClosed(entry);

    expect(entry.closedByClientAt).toBeDefined();
    expect(cancelled).toMatchObject({ state: "cancelled", error: null });
    expect((await watching).at(-1)?.state).toBe("cancelled");
    expect(pulls.cancel(id)?.state).toBe("cancelled");
    expect(pulls.start({ model: "tinyllama" }).id).not.toBe(id);
  });

  test("[vector 38] says why it failed, and can be started again", async () => {
    await using managed = await startManagedOllama({ library: [] });
    const { pulls } = managed.ollama;
    const first = pulls.start({ model: "m" });

    const failed = (await ended(pulls.watch(first.id, options))).at(-1);
    managed.server.addToLibrary({ name: "m", layerBytes: [10] });
    const second = pulls.start({ model: "m" });
    const succeeded = (await ended(pulls.watch(second.id, options))).at(-1);

    expect(failed).toMatchObject({
      state: "failed",
      error: { code: "model_not_found", message: "The server finds no such model." },
    });
    expect(failed?.endedAt).not.toBeNull();
    expect(succeeded?.state).toBe("succeeded");
    expect(pulls.list().map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test("[vector 41] tells how often it had to start again", async () => {
    await using managed = await startManagedOllama({ library: ["m"] }, { transfers: { restartDelayMs: 1 } });
    managed.server.faults.set({
      path: "/api/pull",
      times: 2,
      fault: { kind: "close-mid-stream", after: 2, clean: true },
    });
    const { pulls } = managed.ollama;

    const states = await ended(pulls.watch(pulls.start({ model: "m" }).id, options));

    expect(states.at(-1)).toMatchObject({ state: "succeeded", restarts: 2 });
  });

  test("leaves nothing running behind when the provider is closed", async () => {
    await using managed = await startManagedOllama({ pace: { pullMs: 50 } });
    const arrival = managed.server.journal.next(({ path }) => path === "/api/pull");
    const { id } = managed.ollama.pulls.start({ model: "tinyllama" });
    const entry = await arrival;

    await managed.provider.close();

    await managed.server.journal.whenClosed(entry);
    expect(managed.ollama.pulls.find(id)?.state).toBe("cancelled");
  });

  test("a watcher that leaves by its signal is told so, one of nothing as well", async () => {
    await using managed = await startManagedOllama({ pace: { pullMs: 1_000 } });
    const { pulls } = managed.ollama;
    const leaving = new AbortController();
    const watching = ended(pulls.watch(pulls.start({ model: "tinyllama" }).id, { signal: leaving.signal }));

    leaving.abort();

    await expect(watching).rejects.toMatchObject({ code: "request_cancelled" });
    await expect(ended(pulls.watch("nothing", options))).rejects.toMatchObject({ code: "invalid_input" });
    expect(pulls.find("nothing")).toBeUndefined();
    expect(pulls.cancel("nothing")).toBeUndefined();
  });
});

/** A board whose pulls say what the test says. */
function boardOf(pull: () => AsyncIterable<OllamaProgress>, now?: () => number): PullJobs {
  return new PullJobs({ check: ({ model }) => parseOllamaName(model), pull, ...(now && { now }) });
}

function progressAt(completedBytes: number): OllamaProgress {
  return {
    status: "pulling",
    phase: "transferring",
    digest: null,
    completedBytes,
    totalBytes: 1_000_000,
    percent: completedBytes / 10_000,
  };
}

describe("the board of pulls", () => {
  test("a slow watcher skips states instead of queueing them, and never misses the end", async () => {
    const gate = Promise.withResolvers<void>();
    async function* chatty() {
      await gate.promise;
      for (let at = 0; at < 100_000; at += 1) yield progressAt(at);
    }
    const board = boardOf(chatty);
    const watching = board.watch(board.start({ model: "m" }).id, options)[Symbol.asyncIterator]();
    const first = await watching.next();

    gate.resolve();
    await ended(board.watch(board.list()[0]?.id ?? "", options));
    const second = await watching.next();
    const third = await watching.next();

    expect(first.value).toMatchObject({ state: "running", progress: null });
    expect(second.value).toMatchObject({ state: "succeeded", progress: { completedBytes: 99_999 } });
    expect(third.done).toBe(true);
  });

  test("keeps the pulls that ended last: fifty, and for a quarter of an hour", async () => {
    let now = Date.parse("2026-11-23T10:00:00Z");
    const board = boardOf(
      async function* () {
        yield progressAt(1);
      },
      () => now,
    );
    for (let at = 0; at < 60; at += 1)
      await ended(board.watch(board.start({ model: `m:${at}` }).id, options));
    const many = board.list();

    now += 14 * 60_000;
    const late = board.start({ model: "late" });
    await ended(board.watch(late.id, options));
    now += 2 * 60_000;

    expect(many).toHaveLength(50);
    expect(many[0]?.model).toBe("m:59");
    expect(board.list().map(({ model }) => model)).toEqual(["late:latest"]);
    expect(board.find(many[0]?.id ?? "")).toBeUndefined();
    now += 14 * 60_000;
    expect(board.find(late.id)).toBeUndefined();
  });

  test("runs a bounded number at once, and makes room when one ends", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const board = boardOf(async function* () {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      yield progressAt(1);
    });
    const jobs = Array.from({ length: 32 }, (_, at) => board.start({ model: `m:${at}` }));

    expect(() => board.start({ model: "more" })).toThrow(expect.objectContaining({ code: "rate_limited" }));
    expect(board.start({ model: "m:0" }).id).toBe(jobs[0]?.id);
    gates[0]?.resolve();
    await ended(board.watch(jobs[0]?.id ?? "", options));
    expect(board.start({ model: "more" }).state).toBe("running");
    board.close();
    expect(board.list().filter(({ state }) => state === "running")).toEqual([]);
  });

  test("shows a reason that may be read, and no text of a defect", async () => {
    const board = boardOf(() => {
      throw new TypeError("internals");
    });
    const other = boardOf(() => {
      throw new DomainError("upstream_unavailable");
    });

    const defect = await ended(board.watch(board.start({ model: "m" }).id, options));
    const outage = await ended(other.watch(other.start({ model: "m" }).id, options));

    expect(JSON.stringify(defect)).not.toContain("internals");
    expect(defect.at(-1)?.error?.code).toBe("internal");
    expect(outage.at(-1)?.error?.code).toBe("upstream_unavailable");
  });
});
