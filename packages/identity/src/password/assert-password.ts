import { DomainError, limits } from "@corral/core";
import { commonWords, keyboardRuns } from "./common-passwords.ts";

/**
 * Refuses passwords that are too short, too long or among the first to be tried. No rules about kinds of characters.
 *
 * Guessable is what is another form of the account's own e-mail or name, one short piece repeated, a run along the
 * alphabet or the keyboard, fewer than five different characters, or one or two of the most common passwords with
 * nothing but digits and punctuation around them.
 *
 * @throws DomainError `weak_password`.
 */
export function assertPassword(
  password: string,
  account: { readonly email: string; readonly name: string },
): void {
  const problem = findProblem(password.normalize("NFC"), account);
  if (problem !== undefined) throw new DomainError("weak_password", `The password ${problem}.`);
}

function findProblem(
  password: string,
  account: { readonly email: string; readonly name: string },
): string | undefined {
  const length = Array.from(password).length;
  if (length < limits.passwordLengthMin) {
    return `has ${length} characters; it needs at least ${limits.passwordLengthMin}`;
  }
  if (length > limits.passwordLengthMax) {
    return `has ${length} characters; at most ${limits.passwordLengthMax} are possible`;
  }
  // Hashing would turn each of them into the same replacement character.
  if (!password.isWellFormed()) return "contains half a character";
  const plain = password.toLowerCase();
  if (isOwnName(plain, account)) return "is your own name or e-mail address";
  if (isRepetitive(plain) || isRun(plain) || isCommon(plain)) {
    return "is among the first that are tried; a few random words work well";
  }
  return undefined;
}

function isOwnName(plain: string, account: { readonly email: string; readonly name: string }): boolean {
  return [account.email, account.name].some((text) => {
    const own = text.normalize("NFC").trim().toLowerCase();
    return (
      own.length >= 3 &&
      plain.replaceAll(own, "").replaceAll(/[^\p{L}]/gu, "").length === 0 &&
      plain.includes(own)
    );
  });
}

/** Few different characters, or one piece over and over (`corral1corral1corral1`). */
function isRepetitive(plain: string): boolean {
  if (new Set(plain).size < 5) return true;
  for (let period = 1; period <= plain.length / 2; period += 1) {
    if (plain.slice(period) === plain.slice(0, -period)) return true;
  }
  return false;
}

/** Nothing but runs of at least four along the alphabet, the digits or a keyboard row, either way. */
function isRun(plain: string): boolean {
  let rest = plain;
  while (rest.length >= 4) {
    const run = longestRun(rest);
    if (run < 4) return false;
    rest = rest.slice(run);
  }
  return true;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const row of keyboardRuns) {
    let length = 0;
    while (length < text.length && row.includes(text.slice(0, length + 1))) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

function isCommon(plain: string): boolean {
  const found = commonWords.filter((word) => plain.includes(word));
  // Longest first, so that `password` does not leave `word` of `passwordword` behind for a shorter one.
  const rest = found
    .toSorted((one, other) => other.length - one.length)
    .reduce((text, word) => text.replaceAll(word, " "), plain);
  const used = new Set(plain.match(/\p{L}+/gu));
  return found.length > 0 && used.size <= 2 && !/\p{L}{3,}/u.test(rest);
}
