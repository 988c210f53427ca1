/** What the change log needs to know of a table. */
export type Watch = {
  readonly table: string;
  /** Kind of the object that a row belongs to, as in `changes.target_kind`. */
  readonly target:
    | "connection"
    | "base"
    | "record"
    | "alias"
    | "base_name"
    | "lifecycle"
    | "user"
    | "group"
    | "settings"
    | "session"
    | "key"
    | "account_link"
    | "policy"
    | "discovery"
    | "identity_provider"
    | "scim_token";
  /** Column with the uid of that object. */
  readonly uid: string;
  /** Whether a change may alter a list, and so the catalog's number. */
  readonly catalog: boolean;
  /** Columns whose change counts; all others may move as often as they like. */
  readonly columns: readonly string[];
  /** Columns that never reach the log. */
  readonly hidden?: readonly string[];
  /** `false`: the rows come and go with something that is logged anyway, or too often to be worth it. */
  readonly inserts?: boolean;
  /** `parent`: the row is a part of its object, so one line a transaction is enough and it needs no contents. */
  readonly detail?: "full" | "parent";
  /** Tells two watches of one table apart. */
  readonly as?: string;
};

type Trigger = {
  readonly name: string;
  readonly timing: "before" | "after";
  readonly events: ("insert" | "update" | "delete")[];
  readonly expression: string;
};

/**
 * The triggers that write a table's changes. Deferred, so that the number is taken when the transaction is complete;
 * declared in the entity, so that the schema comparison knows them; `when` is evaluated at once, so that a heartbeat
 * does not even queue an event.
 */
export function watchTable(watch: Watch): Trigger[] {
  const name = `${watch.table}_${watch.as ?? "change"}`;
  const list = (row: string) => watch.columns.map((column) => `${row}.${column}`).join(", ");
  const events: Trigger["events"] = watch.inserts === false ? ["delete"] : ["insert", "delete"];
  const comesAndGoes = trigger(watch, { name, events, head: `after ${events.join(" or ")}`, when: "" });
  if (watch.columns.length === 0) return [comesAndGoes];
  const updates = trigger(watch, {
    name: `${name}_update`,
    events: ["update"],
    head: `after update of ${watch.columns.join(", ")}`,
    when: ` when ((${list("old")}) is distinct from (${list("new")}))`,
  });
  return [comesAndGoes, updates];
}

/** Moves `revision` for writers that change the contents and do not know of it, such as psql. */
export function moveRevision(table: string, columns: readonly string[]): Trigger[] {
  const list = (row: string) => columns.map((column) => `${row}.${column}`).join(", ");
  const name = `${table}_revision`;
  const expression =
    `create trigger ${name} before update on ${table} for each row ` +
    `when (new.revision = old.revision and (${list("old")}) is distinct from (${list("new")})) ` +
    "execute function corral_move_revision()";
  return [{ name, timing: "before", events: ["update"], expression }];
}

function trigger(
  watch: Watch,
  part: { name: string; events: Trigger["events"]; head: string; when: string },
): Trigger {
  const settings = [
    watch.target,
    watch.uid,
    watch.catalog ? "catalog" : "quiet",
    watch.detail ?? "full",
    (watch.hidden ?? []).join(","),
  ];
  const expression =
    `create constraint trigger ${part.name} ${part.head} on ${watch.table} deferrable initially deferred ` +
    `for each row${part.when} execute function corral_note_change(${settings.map((text) => `'${text}'`).join(", ")})`;
  return { name: part.name, timing: "after", events: part.events, expression };
}
