/** A text with JSON in it that is written again and again with other strings. */
export class TextTemplate {
  readonly #literals: readonly string[] = [];
  /** Which of the texts follows each literal but the last. */
  readonly #places: readonly number[] = [];

  /** @param placeholders Strings in it, each unlike anything else in it; those that it lacks are left out. */
  constructor(text: string, placeholders: readonly string[]) {
    const found = placeholders
      .map((placeholder, place) => ({ place, at: text.indexOf(JSON.stringify(placeholder)) }))
      .filter(({ at }) => at !== -1)
      .toSorted((one, other) => one.at - other.at);
    const ends = found.map(({ place, at }) => at + JSON.stringify(placeholders[place]).length);
    this.#places = found.map(({ place }) => place);
    // The quotes stay with what is around the text.
    this.#literals = [0, ...ends.map((end) => end - 1)].map((from, number) =>
      toNarrow(text.slice(from, found[number] === undefined ? text.length : found[number].at + 1)),
    );
  }

  /** @param texts For the placeholders, as between the quotes of a JSON string. */
  render(texts: readonly string[]): string {
    let text = this.#literals[0] ?? "";
    for (let next = 0; next < this.#places.length; next += 1) {
      text += (texts[this.#places[next] ?? 0] ?? "") + (this.#literals[next + 1] ?? "");
    }
    return text;
  }
}

/**
 * The same text as a string of its own. A part of one whose placeholder takes two bytes a character takes two as well,
 * and so would every frame made of it, which is then written and measured at half the speed.
 */
function toNarrow(text: string): string {
  return Buffer.from(text).toString();
}
