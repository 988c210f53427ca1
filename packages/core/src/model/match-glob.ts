/**
 * Whether a text matches a pattern whose `*` stands for any characters and `?` for one, whatever the case.
 *
 * Never slower than the product of both lengths, whoever wrote the pattern; a regular expression could be.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern.normalize("NFC").toLowerCase());
  const given = Array.from(text.normalize("NFC").toLowerCase());
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let from = 0; from < given.length;) {
    if (wanted[at] === "*") {
      star = at;
      starAt = from;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      // the last star takes one more
      at = star + 1;
      starAt += 1;
      from = starAt;
    } else return false;
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}
