import { argon2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword, needsRehash, verifyPassword } from "./hash-password.ts";

const password = "orbit velvet cactus 41";

/** A hash as another program, or an older version, would have stored it. */
function hashElsewhere(memory: number, passes: number): string {
  const nonce = Buffer.from("sixteen bytes!!!");
  const tag = argon2Sync("argon2id", {
    message: password,
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory,
    passes,
  });
  const text = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${text(nonce)}$${text(tag)}`;
}

test("stores argon2id with 19 MiB, two passes and a salt of its own", async () => {
  const [one, other] = [await hashPassword(password), await hashPassword(password)];

  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(other).not.toBe(one);
});

test("knows the right password from every other", async () => {
  const hash = await hashPassword(password);

  expect(await verifyPassword({ hash, password })).toBe(true);
  for (const wrong of ["", `${password} `, password.toUpperCase(), password.slice(0, -1)]) {
    expect(await verifyPassword({ hash, password: wrong })).toBe(false);
  }
});

test("takes both ways of typing an accent for one", async () => {
  const hash = await hashPassword("cafe\u0301 orbit velvet 41");

  expect(await verifyPassword({ hash, password: "caf\u00e9 orbit velvet 41" })).toBe(true);
});

test("verifies hashes of other parameters, and says which are out of date", async () => {
  expect(await verifyPassword({ hash: hashElsewhere(8_192, 3), password })).toBe(true);
  expect(needsRehash(hashElsewhere(8_192, 3))).toBe(true);
  expect(needsRehash(hashElsewhere(19_456, 1))).toBe(true);
  expect(needsRehash(hashElsewhere(32_768, 2))).toBe(false);
  expect(needsRehash(await hashPassword(password))).toBe(false);
});

test.each(["", "plain", "$2b$10$abc", "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHRzYWx0c2E$AAAA"])(
  "an unreadable hash (%j) belongs to no password",
  async (hash) => {
    expect(await verifyPassword({ hash, password: "" })).toBe(false);
    expect(needsRehash(hash)).toBe(false);
  },
);
