import { connect } from "@corral/db/testing";
import { createCorralClient, type CorralFetch } from "@corral/client";
import { expect, test } from "vitest";
import { signUpAdministrator } from "../support/people.ts";
import { startTestServer } from "../support/start-test-server.ts";

test("what a client wrote it reads, whichever process answers", async () => {
  await using one = await startTestServer();
  await using other = await startTestServer({ DATABASE_URL: one.databaseUrl });
  const { token } = await signUpAdministrator(one);
  const urls = [one.url, other.url];
  let turn = 0;
  const least: (string | null)[] = [];
  const alternating: CorralFetch = (url, init) => {
    turn += 1;
    least.push(new Headers(init?.headers).get("x-corral-min-revision"));
    return fetch(String(url).replace(one.url, urls[turn % 2] ?? one.url), init);
  };
  const corral = createCorralClient({ url: one.url, session: token, fetch: alternating });
  const missed: string[] = [];

  for (let count = 0; count < 25; count += 1) {
    const { id } = await corral.groups.create.mutate({ name: `Group ${count}` });
    const { groups } = await corral.groups.list.query();
    if (!groups.some((group) => group.id === id)) missed.push(id);
    // so that writes too come to both
    if (count % 2 === 0) turn += 1;
  }

  expect(missed).toStrictEqual([]);
  expect(least[0]).toBeNull();
  expect(new Set(least).size).toBeGreaterThan(25);
});

test("a database that was restored is met without a stumble", async () => {
  await using server = await startTestServer();
  const { token } = await signUpAdministrator(server);
  const corral = createCorralClient({ url: server.url, session: token });
  await corral.groups.create.mutate({ name: "Before" });
  await using database = await connect(server.databaseUrl);
  await database.query("update change_counter set epoch = 'restored'");
  // makes the server look
  await database.query("insert into groups (name) values ('From elsewhere')");

  await expect.poll(async () => (await corral.groups.list.query()).groups.length).toBe(2);

  await expect(corral.groups.create.mutate({ name: "After" })).resolves.toMatchObject({ name: "After" });
});
