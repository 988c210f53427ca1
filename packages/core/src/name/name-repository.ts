/** What becomes of one model when its connection gets another prefix. */
export type PrefixRename = {
  /** Of the base model as it is now. */
  readonly baseUid: string;
  readonly upstreamId: string;
  /** The name it is called by now, and the one it gets. */
  readonly from: string;
  readonly to: string;
  /**
   * `renamed`: with everything that was stored about it; the old name becomes an alias.
   * `joined`: becomes one with the model of that name on other Ollama servers; the old name becomes an alias of that.
   * `split`: other servers keep the model and its name, this one's gets a name of its own.
   * `shadowed`: as renamed or split, but the new name is taken; it is called `<slug>/<name>`.
   * `unnamed`: the new name cannot be one, and the model is no longer listed.
   */
  readonly outcome: "renamed" | "joined" | "split" | "shadowed" | "unnamed";
  /** Who has the wanted name, for `shadowed`. */
  readonly takenBy: string | null;
};

/** Whose settings are kept when both models have some. */
export type KeptSettings = "old" | "new";

/** Moves of names between what is stored. Callers have already decided about rights. */
export interface NameRepository {
  /** What {@link applyPrefix} would do, in the order of the listing's ids. */
  planPrefix(connectionUid: string, prefix: string | null): Promise<readonly PrefixRename[]>;
  /** Renames a connection's models to its prefix as stored, and leaves their old names as aliases. */
  applyPrefix(connectionUid: string, at: string): Promise<readonly PrefixRename[]>;
  /**
   * Gives a name to a base model that waits for it. Its owner, another base model, is then called `<slug>/<id>`; an alias
   * that had the name ends.
   *
   * @throws DomainError `name_in_use` for a custom model's, `revision_conflict` when `from` does not have it (any more),
   *   `invalid_input` when `to` asks for another name.
   */
  move(name: string, owners: { readonly from: string; readonly to: string }): Promise<void>;
  /**
   * Takes a name from a base model that nobody serves. A model that waits for it gets it; what stands on nothing goes.
   *
   * @throws DomainError `name_in_use`, `revision_conflict` when `owner` does not have it (any more).
   */
  forget(name: string, owner: string): Promise<void>;
  /**
   * Makes one base model the successor of another that nobody serves: settings, bases of custom models, aliases, lists of
   * models, and the old name as an alias.
   *
   * @throws DomainError `settings_clash` when both have settings and nothing says whose are kept.
   */
  rename(bases: {
    readonly from: string;
    readonly to: string;
    readonly settings?: KeptSettings | undefined;
  }): Promise<void>;
}
