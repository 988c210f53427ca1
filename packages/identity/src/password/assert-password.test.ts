import { expect, test } from "vitest";
import { assertPassword } from "./assert-password.ts";

const account = { email: "ada.lovelace@example.com", name: "Ada Lovelace" };
const judge = (password: string) => {
  try {
    assertPassword(password, account);
    return "fine";
  } catch (error) {
    return error instanceof Error ? error.message : "?";
  }
};

test.each([
  ["", /0 characters/],
  ["orbit velvet 4", /14 characters; it needs at least 15/],
  ["é".normalize("NFD").repeat(14), /14 characters/],
  ["x".repeat(129), /129 characters; at most 128/],
  ["orbit velvet \uD800 cactus", /half a character/],
  ["aaaaaaaaaaaaaaaaaaaa", /first/],
  ["abababababababababab", /first/],
  ["corral1corral1corral1", /first/],
  ["qwertyuiopasdfghjkl", /first/],
  ["0123456789012345", /first/],
  ["1234567890qwertyuiop", /first/],
  ["Password1234567890!", /first/],
  ["passwordpassword!?", /first/],
  ["AdminAdmin2026!!!", /first/],
  ["ada.lovelace@example.com", /your own/],
  ["Ada Lovelace 1815!", /your own/],
])("refuses %j", (password, message) => {
  expect(judge(password)).toMatch(message);
});

test.each([
  "orbit velvet cactus 41",
  "correct horse battery staple",
  "the dragon drank my coffee",
  "ist das nicht schön, Ada?",
  "пароль из пяти слов тут",
  "日本語の長い合言葉をここに入力する",
  "9f8k2m4q7w1z5x3c",
  "x".repeat(3) + " orbit velvet cactus",
  "🦊🐙🦉🐢🦩🐝🦔🐳🦚🐊🦥🐫🦜🐡🦭",
])("takes %j", (password) => {
  expect(judge(password)).toBe("fine");
});

test("takes exactly 15 and exactly 128 characters", () => {
  const long = Array.from({ length: 128 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join("");

  expect(judge("orbit velvet 41")).toBe("fine");
  expect(judge(long)).toBe("fine");
  expect(judge(`${long}x`)).toMatch(/129/);
});
