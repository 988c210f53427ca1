import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import { query } from "./support/query.ts";
import { startTestServer } from "./support/start-test-server.ts";

type Ending = (by: Person["trpc"], id: string) => Promise<unknown>;

const endings: Readonly<Record<string, Ending>> = {
  demotes: (by, id) => by.users.update.mutate({ id, role: "user" }),
  suspends: (by, id) => by.users.update.mutate({ id, status: "suspended" }),
  deletes: (by, id) => by.users.delete.mutate({ id }),
};
const rounds = 3;

/** Two administrators are the last; each ends the other at the same moment, in every pair of ways. */
test(
  "of the two last administrators one stays, whatever they do to each other at once",
  { timeout: 60_000 },
  async () => {
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    let at = 0;
    let standing: Person = ada;
    const newAdministrator = async (): Promise<Person> => {
      const token = `${(at += 1)}`.padStart(43, "A");
      // By hand: signing up a hundred people would hash for longer than the races take.
      const [made] = await query(
        server,
        `with made as (insert into users (name, email, role) values ($1, $1 || '@example.com', 'admin') returning id)
       insert into sessions (user_id, token, expires_at) select id, $2, now() + interval '1 hour' from made
       returning user_id as id`,
        [`admin-${at}`, createHash("sha256").update(token).digest("hex")],
      );
      const person = { id: String(made?.["id"]), token, trpc: clientFor(server.url, token) };
      await expect
        .poll(() => person.trpc.auth.session.query().catch(() => null), { timeout: 10_000 })
        .not.toBeNull();
      return person;
    };

    for (const [oneWay, one] of Object.entries(endings)) {
      for (const [otherWay, other] of Object.entries(endings)) {
        for (let round = 0; round < rounds; round += 1) {
          const rival = await newAdministrator();

          const outcomes = await Promise.allSettled([
            one(standing.trpc, rival.id),
            other(rival.trpc, standing.id),
          ]);

          const left = await query(
            server,
            "select id from users where role = 'admin' and status = 'active' and kind = 'person'",
          );
          expect({ oneWay, otherWay, left: left.length }).toStrictEqual({ oneWay, otherWay, left: 1 });
          expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
          if (left[0]?.["id"] === rival.id) standing = rival;
        }
      }
    }
    expect((await failureOf(standing.trpc.users.delete.mutate({ id: standing.id }))).errorCode).toBe(
      "last_admin",
    );
  },
);
