import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ArrayFeed } from "./__fixtures__/array-feed.ts";
import { aCustom, aState } from "../testing/world/catalog-builders.ts";
import { Dice } from "../testing/world/random-world.ts";
import { SimulatedDatabase, type Delay, type Wire } from "./__fixtures__/simulated-processes.ts";
import type { Catalog } from "./catalog.ts";
import { startCatalog } from "./start-catalog.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Process = { readonly catalog: Catalog; readonly wire: Wire };

const quick = () => 1;

async function startProcess(
  database: SimulatedDatabase,
  id: number,
  delayMs: Delay = quick,
): Promise<Process> {
  const wire: Wire = { delayMs, isCut: false, isDeaf: false };
  const starting = startCatalog(database.feedOver(wire), { processes: database.leasesOver(wire, id) });
  let catalog: Catalog | undefined;
  void starting.then((started) => (catalog = started));
  while (catalog === undefined) await vi.advanceTimersByTimeAsync(5);
  return { catalog, wire };
}

async function startProcesses(
  resources: AsyncDisposableStack,
  count: number,
  delayMs?: Delay,
): Promise<{ readonly database: SimulatedDatabase; readonly processes: readonly Process[] }> {
  const database = new SimulatedDatabase(new ArrayFeed(aState()));
  const processes: Process[] = [];
  for (let id = 0; id < count; id += 1) processes.push(await startProcess(database, id, delayMs));
  resources.defer(async () => {
    const ends = processes.map(({ catalog }) => catalog[Symbol.asyncDispose]());
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(ends);
  });
  return { database, processes };
}

/** Commits a change of a model's and waits until it holds everywhere. @returns How long that took. */
async function writeOn({ catalog }: Process, database: SimulatedDatabase): Promise<number> {
  const started = Date.now();
  const change = database.states.commit({ records: [aCustom(`m${started}`)] });
  database.notify();
  let endedAt: number | undefined;
  const acknowledged = catalog.acknowledge(change).finally(() => (endedAt = Date.now()));
  acknowledged.catch(() => undefined);
  while (endedAt === undefined) await vi.advanceTimersByTimeAsync(1);
  await acknowledged;
  return endedAt - started;
}

const at = (process: Process | undefined): Process => {
  if (process === undefined) throw new Error("There is no such process.");
  return process;
};

describe("a write on one process", () => {
  test("is acknowledged when the others show it, and adds nothing for one that is alone", async () => {
    await using resources = new AsyncDisposableStack();
    const alone = await startProcesses(resources, 1);
    const three = await startProcesses(resources, 3);

    const [aloneMs, threeMs] = [
      await writeOn(at(alone.processes[0]), alone.database),
      await writeOn(at(three.processes[0]), three.database),
    ];

    // one way there and back
    expect(aloneMs).toBeLessThanOrEqual(2);
    expect(threeMs).toBeLessThan(30);
    const shown = three.processes.map(({ catalog }) => catalog.current().revision.change);
    expect(new Set(shown).size).toBe(1);
  });

  test("is acknowledged within two seconds when every notification is lost", async () => {
    await using resources = new AsyncDisposableStack();
    const { database, processes } = await startProcesses(resources, 3);
    for (const { wire } of processes) wire.isDeaf = true;

    expect(await writeOn(at(processes[0]), database)).toBeLessThan(2_000);
  });

  test("waits for the lease of a process that is cut off, which serves nothing by then and is back later", async () => {
    await using resources = new AsyncDisposableStack();
    const { database, processes } = await startProcesses(resources, 3);
    const [writer, other] = [at(processes[0]), at(processes[1])];
    other.wire.isCut = true;

    const tookMs = await writeOn(writer, database);

    expect(tookMs).toBeGreaterThan(3_000);
    expect(tookMs).toBeLessThan(5_100);
    expect([writer.catalog.isServing(), other.catalog.isServing()]).toEqual([true, false]);
    other.wire.isCut = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(other.catalog.isServing()).toBe(true);
    expect(other.catalog.current().revision).toEqual(writer.catalog.current().revision);
  });

  test("is not acknowledged by a writer that cannot ask who is behind", async () => {
    await using resources = new AsyncDisposableStack();
    const { database, processes } = await startProcesses(resources, 2);
    at(processes[0]).wire.isCut = true;

    await expect(writeOn(at(processes[0]), database)).rejects.toMatchObject({ code: "database_unavailable" });
  });

  test("does not wait for a process that has left", async () => {
    await using resources = new AsyncDisposableStack();
    const { database, processes } = await startProcesses(resources, 2);
    const ending = at(processes[1]).catalog[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(100);
    await ending;

    expect(await writeOn(at(processes[0]), database)).toBeLessThan(10);
    expect(at(processes[1]).catalog.isServing()).toBe(false);
  });
});

describe("the lease", () => {
  test("goes on for five seconds without the database, and not longer", async () => {
    await using resources = new AsyncDisposableStack();
    const { processes } = await startProcesses(resources, 1);
    const { catalog, wire } = at(processes[0]);
    await vi.advanceTimersByTimeAsync(1_000);
    wire.isCut = true;

    await vi.advanceTimersByTimeAsync(3_900);
    expect(catalog.isServing()).toBe(true);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(catalog.isServing()).toBe(false);

    wire.isCut = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(catalog.isServing()).toBe(true);
  });

  test("ends with the time that passed while the machine slept, and is not prolonged by a clock that is set back", async () => {
    await using resources = new AsyncDisposableStack();
    const { processes } = await startProcesses(resources, 1);
    const { catalog, wire } = at(processes[0]);

    vi.setSystemTime(Date.now() + 60_000);
    expect(catalog.isServing()).toBe(false);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(catalog.isServing()).toBe(true);

    wire.isCut = true;
    vi.setSystemTime(Date.now() - 60_000);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(catalog.isServing()).toBe(false);
  });
});

test("a read that began before the lease was entered again proves nothing", async () => {
  await using resources = new AsyncDisposableStack();
  const { database, processes } = await startProcesses(resources, 2);
  const [writer, other] = [at(processes[0]), at(processes[1])];
  other.wire.isCut = true;
  await vi.advanceTimersByTimeAsync(15_000);
  other.wire.isCut = false;
  let isEntering = false;
  other.wire.delayMs = (about) => {
    isEntering ||= about === "lease";
    return about === "lease" ? 1_000 : 1;
  };
  while (!isEntering) await vi.advanceTimersByTimeAsync(1);
  other.wire.delayMs = (about, way) => (about === "read" && way === "back" ? 2_500 : 1);

  // this read is on its way back when the others begin to count with the process again
  database.notify();
  await vi.advanceTimersByTimeAsync(100);
  other.wire.delayMs = quick;
  expect(await writeOn(writer, database)).toBeLessThan(100);
  for (let ms = 0; ms < 10_000; ms += 10) {
    await vi.advanceTimersByTimeAsync(10);
    if (other.catalog.isServing()) break;
  }

  expect(other.catalog.isServing()).toBe(true);
  expect(other.catalog.current().revision).toEqual(writer.catalog.current().revision);
});

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  "nothing is served after its acknowledgement, whatever is slow, cut off or lost (seed %i)",
  async (seed) => {
    await using resources = new AsyncDisposableStack();
    const dice = new Dice(seed);
    let isRough = true;
    const delayMs = () => dice.below(isRough && dice.chance(0.05) ? 3_000 : 20);
    const { database, processes } = await startProcesses(resources, 3, delayMs);
    const writes: Promise<number | undefined>[] = [];
    let acknowledged = 0;
    let lapsed = 0;

    for (let step = 0; step < 400; step += 1) {
      const { catalog, wire } = at(processes[dice.below(3)]);
      if (dice.chance(0.02)) wire.isCut = !wire.isCut;
      if (dice.chance(0.02)) wire.isDeaf = !wire.isDeaf;
      if (dice.chance(0.2) && !wire.isCut) {
        const change = database.states.commit({ records: [aCustom(`m${step}`)] });
        database.notify();
        const write = catalog.acknowledge(change).then(
          () => (acknowledged = Math.max(acknowledged, change)),
          () => undefined,
        );
        writes.push(write);
      }
      await vi.advanceTimersByTimeAsync(dice.below(100));
      for (const other of processes) {
        if (!other.catalog.isServing()) lapsed += 1;
        else expect(other.catalog.current().revision.change).toBeGreaterThanOrEqual(acknowledged);
      }
    }
    isRough = false;
    for (const { wire } of processes) wire.isCut = false;
    await vi.advanceTimersByTimeAsync(20_000);

    const answers = await Promise.all(writes);
    expect(answers.filter((change) => change !== undefined).length).toBeGreaterThan(5);
    expect(lapsed).toBeGreaterThan(0);
    expect(processes.every(({ catalog }) => catalog.isServing())).toBe(true);
  },
);
