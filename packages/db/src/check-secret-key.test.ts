import { Secret } from "@corral/core";
import { expect, test } from "vitest";
import { createDatabase } from "./database.ts";
import {
  aConnection,
  createTestDatabase,
  noSecrets,
  openTestDatabase,
  testAuthor,
  testSecretKey,
} from "./testing/index.ts";

const wrongKey = new Uint8Array(32).fill(8);

test("refuses to start with another key than the first start had", async () => {
  await using db = await openTestDatabase();

  const opening = createDatabase({ url: db.url, secretKey: wrongKey });

  await expect(opening).rejects.toMatchObject({ code: "wrong_secret_key" });
  await using again = await createDatabase({ url: db.url, secretKey: testSecretKey });
  await again.ping();
});

test("refuses any key when secrets are there without the word to check it by", async () => {
  await using db = await openTestDatabase();
  await db.database.unitOfWork.write(testAuthor, ({ connections }) =>
    connections.insert(aConnection(), { ...noSecrets, key: new Secret("sk-1") }),
  );
  await db.client.query("delete from settings where key = 'secret.key_check'");

  const opening = createDatabase({ url: db.url, secretKey: wrongKey });

  await expect(opening).rejects.toMatchObject({ code: "wrong_secret_key" });
});

test("lets one of two first starts with different keys through", async () => {
  await using empty = await createTestDatabase();

  const starts = await Promise.allSettled(
    [testSecretKey, wrongKey].map(async (secretKey) => {
      await using database = await createDatabase({ url: empty.url, secretKey });
      await database.ping();
    }),
  );

  expect(starts.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});
