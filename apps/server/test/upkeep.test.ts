import { createDatabase } from "@corral/db";
import { connect, createTestDatabase, testSecretKey } from "@corral/db/testing";
import { pino } from "pino";
import { expect, test } from "vitest";
import { startUpkeep } from "../src/start-upkeep.ts";

test("a running server deletes what nobody uses, again and again, and survives a database that is away", async () => {
  await using database = await createTestDatabase();
  await using opened = await createDatabase({ url: database.url, secretKey: testSecretKey });
  await using client = await connect(database.url);
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => lines.push(line) });
  const forget = (hash: string) =>
    client.query(
      "insert into images (hash, mime, bytes, used_at) values ($1, 'image/png', '', now() - interval '2 days')",
      [hash],
    );
  const images = async () => (await client.query("select from images")).rowCount;
  let isAway = true;
  const prune = () => (isAway ? Promise.reject(new Error("away")) : opened.prune());
  await forget("first");

  await using upkeep = startUpkeep({ prune }, logger, { firstMs: 5, everyMs: 20 });
  await expect.poll(() => lines.join("")).toContain("could not be cut");
  isAway = false;
  await expect.poll(images).toBe(0);
  await forget("second");
  await expect.poll(images).toBe(0);

  expect(upkeep).toBeDefined();
  expect(lines.join("")).toContain('"images":1');
});
