/**
 * Whether a name fits a pattern in which `*` stands for any characters, `/` and `:` included. Case does not count.
 *
 * In time proportional to both lengths at most: a regular expression made from the pattern could be made to take for ever.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const text = name.toLowerCase();
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  let inPattern = 0;
  while (at < text.length) {
    if (wanted[inPattern] === "*") {
      star = inPattern;
      resumeAt = at;
      inPattern += 1;
    } else if (wanted[inPattern] === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      resumeAt += 1;
      at = resumeAt;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[inPattern] === "*") inPattern += 1;
  return inPattern === wanted.length;
}
