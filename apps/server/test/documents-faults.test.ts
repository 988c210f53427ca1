import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@corral/db/testing";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { signUpAdministrator } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

const rounds = 20;
const modelCount = 60;

/** What is stored of the documents: every part of it has to tell the same version. */
const readVersions = `
  select r.id, r.name, r.revision, m.applied->>'name' as marked, m.source,
    (select count(*)::int from record_grants g where g.record_uid = r.uid) as grants,
    (select count(distinct c.n)::int from changes c where c.target_kind = 'record' and c.target_uid = r.uid::text) as lines
  from model_records r left join owner_marks m on m.target_kind = 'model' and m.target_uid = r.uid::text
  order by r.id
`;
type Row = {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly marked: string | null;
  readonly source: string | null;
  readonly grants: number;
  readonly lines: number;
};

/** Ends whatever the server is doing at the database: half of the time politely, half of the time not. */
const strike = [
  "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'corral'",
  "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'corral'",
];

function documentOf(version: number) {
  const models = Array.from({ length: modelCount }, (_, at) => ({
    id: `model-${at}`,
    name: `Version ${version}`,
    baseModelId:
      at % 10 === 0
        ? "qwen3:8b"
        : `model-${at - 1}`.replace(/\d+$/u, (digits) => String(Number(digits) - (Number(digits) % 10))),
    // in every other version shared with nobody
    access: version % 2 === 0 ? "private" : { read: { groups: ["Team"] } },
    params: { seed: version },
  }));
  return JSON.stringify({ corral: 1, source: "faults", models });
}

test(
  `an apply that is struck down at the database is there as a whole or not at all (${rounds} times)`,
  { timeout: 400_000 },
  async () => {
    await using ollama = await startSimulatedOllama({ models: ["qwen3:8b"] });
    await using server = await startTestServer();
    await using database = await connect(server.databaseUrl);
    const ada = await signUpAdministrator(server);
    await ada.trpc.groups.create.mutate({ name: "Team" });
    const connection = await ada.trpc.connections.create.mutate({
      provider: "ollama",
      name: "Lab",
      url: ollama.url,
    });
    await ada.trpc.connections.refresh.mutate({ uid: connection.uid });
    const apply = (version: number) => ada.trpc.documents.applyChanges.mutate({ text: documentOf(version) });
    const stored = async () => (await database.query<Row>(readVersions)).rows;
    await apply(1);
    const started = performance.now();
    await apply(2);
    const usualMs = performance.now() - started;
    let struck = 0;

    for (let round = 0; round < rounds; round += 1) {
      const version = round + 3;
      const before = await stored();
      const applying = apply(version).then(
        ({ counts }) => (counts["updated"] === modelCount ? "applied" : "refused"),
        () => "failed",
      );
      await Promise.race([delay(Math.random() * usualMs), applying]);
      await database.query(strike[round % strike.length] ?? "");
      if ((await applying) !== "applied") struck += 1;

      const after = await stored();
      const isWhole = after.every(
        ({ name, marked, grants, revision, lines }, at) =>
          name === `Version ${version}` &&
          marked === name &&
          grants === version % 2 &&
          revision === (before[at]?.revision ?? 0) + 1 &&
          lines === revision,
      );
      if (!isWhole) expect(after).toStrictEqual(before);
      await settle(() => apply(version));
    }

    const { hasChanges } = await ada.trpc.documents.plan.mutate({
      text: documentOf(rounds + 2),
      prune: true,
    });
    expect(hasChanges).toBe(false);
    expect(
      new Set((await stored()).map(({ source, revision, lines }) => `${source} ${revision - lines}`)),
    ).toStrictEqual(new Set(["faults 0"]));
    // the strikes hit something
    expect(struck).toBeGreaterThan(rounds / 5);
  },
);

/** The server may still be finding its feet. */
async function settle(
  work: () => Promise<{ readonly counts: Readonly<Record<string, number>> }>,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await delay(100);
    }
  }
}
