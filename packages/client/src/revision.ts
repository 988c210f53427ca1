/** The newest state of the catalog that this client was answered from. */
export class SeenRevision {
  #newest: Revision | undefined;

  /** For `x-corral-min-revision`. */
  get text(): string | undefined {
    return this.#newest?.text;
  }

  /** Another epoch is another database's, restored perhaps: its numbers do not compare. */
  note(text: string | null): void {
    const revision = parse(text);
    if (revision === undefined) return;
    if (this.#newest?.epoch === revision.epoch && this.#newest.number >= revision.number) return;
    this.#newest = revision;
  }

  /**
   * Whether the server refused a call because it cannot know this revision: its catalog was restored. What was seen is
   * replaced by what the answer says.
   */
  isForgotten(sent: string, answered: string | null): boolean {
    const [wanted, has] = [parse(sent), parse(answered)];
    if (wanted === undefined || has === undefined) return false;
    if (wanted.epoch === has.epoch && wanted.number <= has.number) return false;
    this.#newest = has;
    return true;
  }
}

type Revision = { readonly text: string; readonly epoch: string; readonly number: number };

function parse(text: string | null): Revision | undefined {
  const at = text?.lastIndexOf(".") ?? -1;
  if (text === null || at < 1) return undefined;
  const number = Number(text.slice(at + 1));
  return Number.isSafeInteger(number) ? { text, epoch: text.slice(0, at), number } : undefined;
}
