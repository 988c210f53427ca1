import { expect, test } from "vitest";
import { createSecretBox } from "./secret-box.ts";

const box = createSecretBox([new Uint8Array(32).fill(1)]);
const place = { table: "connections", id: "1", column: "sealed_key" };

test("opens what it sealed, in the documented form", () => {
  const sealed = box.seal("sk-κλειδί", place);

  expect(sealed).toMatch(new RegExp(`^v1\\.${box.keyId}\\.[\\w-]{16}\\.[\\w-]+\\.[\\w-]{22}$`, "u"));
  expect(box.open(sealed, place)).toBe("sk-κλειδί");
});

test("seals one text differently each time", () => {
  expect(box.seal("same", place)).not.toBe(box.seal("same", place));
});

test.for([
  ["another row", { ...place, id: "2" }],
  ["another column", { ...place, column: "sealed_headers" }],
  ["another table", { ...place, table: "settings" }],
] as const)("[SEC-3] does not open a text that was moved to %s", ([, elsewhere]) => {
  expect(() => box.open(box.seal("secret", place), elsewhere)).toThrow("belongs elsewhere");
});

test("does not open a text of which any part was altered", () => {
  const parts = box.seal("secret", place).split(".");

  for (const [at, part] of parts.entries()) {
    const first = part.startsWith("A") ? "B" : "A";
    const altered = parts.with(at, first + part.slice(1)).join(".");
    expect(() => box.open(altered, place)).toThrow("connections.sealed_key of 1");
  }
  expect(() => box.open(parts.slice(0, -1).join("."), place)).toThrow("not in a form");
  expect(() => box.open(parts.with(4, "AAAA").join("."), place)).toThrow("belongs elsewhere");
});

test("does not open what another key sealed, and names both keys", () => {
  const other = createSecretBox([new Uint8Array(32).fill(2)]);

  expect(() => other.open(box.seal("secret", place), place)).toThrow(
    `${box.keyId}; known here: ${other.keyId}`,
  );
});

test("gives one secret one fingerprint, that says nothing without the key", () => {
  const other = createSecretBox([new Uint8Array(32).fill(2)]);

  expect(box.fingerprint("secret")).toMatch(/^[0-9a-f]{8}$/u);
  expect(box.fingerprint("secret")).toBe(box.fingerprint("secret"));
  expect(box.fingerprint("secret")).not.toBe(other.fingerprint("secret"));
});

test("refuses a key that is too short", () => {
  expect(() => createSecretBox([new Uint8Array(16)])).toThrow("must have 32 bytes, not 16");
});

test("seals with the first of its keys and opens with all of them", () => {
  const [older, newer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const both = createSecretBox([newer, older]);

  expect(both.keyIds).toEqual([createSecretBox([newer]).keyId, box.keyId]);
  expect(both.open(box.seal("secret", place), place)).toBe("secret");
  expect(createSecretBox([newer]).open(both.seal("secret", place), place)).toBe("secret");
});
