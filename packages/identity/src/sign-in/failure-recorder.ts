import { sql } from "kysely";
import { type IdentityDatabase, type IdentityTransaction, writeAs } from "../database/identity-database.ts";
import type { IdentityLog } from "../identity-log.ts";

const flushEveryMs = 60_000;
/** Pairs of address and network that are told apart within a minute; the rest is counted by network alone. */
const pairsMax = 1_000;
const networksMax = 10_000;

type Failures = { readonly email: string | null; readonly network: string; count: number };

/**
 * Writes failed sign-ins into the change log, once a minute and all at once: never while somebody waits, so that the
 * answer takes as long for an account as for none. What was typed for an address that no account has is not kept.
 */
export class FailureRecorder implements AsyncDisposable {
  readonly #database: IdentityDatabase;
  readonly #log: IdentityLog;
  readonly #timer: NodeJS.Timeout;
  #failures = new Map<string, Failures>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: { readonly database: IdentityDatabase; readonly log: IdentityLog }) {
    this.#database = options.database;
    this.#log = options.log;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
    this.#timer.unref();
  }

  note(email: string, network: string): void {
    const pair = `${network} ${email}`;
    const isTold = this.#failures.has(pair) || this.#failures.size < pairsMax;
    const key = isTold ? pair : network;
    const known = this.#failures.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#failures.size < networksMax) {
      this.#failures.set(key, { email: isTold ? email : null, network, count: 1 });
    }
  }

  /** Never rejects: what could not be written is lost, and says so in the log. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, "Could not write down failed sign-ins.");
      });
    return this.#flushing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const failures = [...this.#failures.values()];
    if (failures.length === 0) return;
    this.#failures = new Map();
    const author = { actorId: null, action: "auth.signInFailed" };
    await writeAs(this.#database, author, async (transaction) => {
      const accounts = await findAccounts(transaction, failures);
      const strangers = new Map<string, number>();
      for (const { email, network, count } of failures) {
        const id = email === null ? undefined : accounts.get(email);
        if (id === undefined) strangers.set(network, (strangers.get(network) ?? 0) + count);
        else await noteFailures(transaction, { kind: "user", uid: id, network, count });
      }
      for (const [network, count] of strangers) {
        await noteFailures(transaction, { kind: "network", uid: network, network, count });
      }
    });
  }
}

async function findAccounts(
  transaction: IdentityTransaction,
  failures: readonly Failures[],
): Promise<ReadonlyMap<string, string>> {
  const emails = failures.flatMap(({ email }) => email ?? []);
  if (emails.length === 0) return new Map();
  const rows = await transaction
    .selectFrom("users")
    .select(["id", sql<string>`lower(email)`.as("email")])
    .where(sql<boolean>`lower(email) = any(${emails}::text[])`)
    .execute();
  return new Map(rows.map(({ id, email }) => [email, id]));
}

async function noteFailures(
  transaction: IdentityTransaction,
  line: {
    readonly kind: "user" | "network";
    readonly uid: string;
    readonly network: string;
    readonly count: number;
  },
): Promise<void> {
  const details = JSON.stringify({ failures: line.count, network: line.network });
  await sql`select corral_write_change(
    ${line.kind}, ${line.uid}, corral_take_number(false), false, null, ${details}::jsonb, 'note'
  )`.execute(transaction);
}
