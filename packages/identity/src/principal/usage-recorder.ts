import { limits } from "@corral/core";
import { sql } from "kysely";
import { type IdentityDatabase, writeAs } from "../database/identity-database.ts";
import type { IdentityLog } from "../identity-log.ts";
import type { KnownCredential } from "./known-credential.ts";

const flushEveryMs = 60_000;
/** An expired session is of no use to anybody; a day of them is kept for questions. */
const keepExpiredMs = 24 * 60 * 60_000;
const prunedAtOnce = 1_000;
/** A session's end is moved on disk when use has moved it this far. */
const slideStepMs = 5 * 60_000;
/** What nobody has written by then is written at the next use. */
const pendingMax = 20_000;

/** Writes down, once a minute and all at once, which credentials were used: never while somebody waits. */
export class UsageRecorder implements AsyncDisposable {
  readonly #database: IdentityDatabase;
  readonly #log: IdentityLog;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #used = { session: new Map<string, number>(), key: new Map<string, number>() };
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly database: IdentityDatabase;
    readonly log: IdentityLog;
    readonly now: () => number;
  }) {
    this.#database = options.database;
    this.#log = options.log;
    this.#now = options.now;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
    this.#timer.unref();
  }

  /** Slides a session in memory, and remembers the use for the next writing. */
  note(credential: KnownCredential): void {
    const now = this.#now();
    const used = this.#used[credential.kind];
    if (used.size < pendingMax || used.has(credential.id)) used.set(credential.id, now);
    if (credential.kind === "session") {
      credential.expiresAt = Math.min(now + limits.sessionIdleMs, credential.endsAt);
    }
  }

  /** Never rejects: what could not be written is written at the next use. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, "Could not write down when sessions and keys were last used.");
      });
    return this.#flushing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const used = this.#used;
    this.#used = { session: new Map(), key: new Map() };
    if (used.key.size > 0) await this.#writeKeys(used.key);
    if (used.session.size > 0) await this.#slideSessions(used.session);
    await this.#pruneSessions();
  }

  async #writeKeys(used: ReadonlyMap<string, number>): Promise<void> {
    await sql`update api_keys set last_used_at = used.at
      from unnest(${[...used.keys()]}::uuid[], ${toTimes(used)}::timestamptz[]) as used (id, at)
      where api_keys.id = used.id and (last_used_at is null or last_used_at < used.at)`.execute(
      this.#database,
    );
  }

  async #slideSessions(used: ReadonlyMap<string, number>): Promise<void> {
    const idle = `${limits.sessionIdleMs} milliseconds`;
    const absolute = `${limits.sessionAbsoluteMs} milliseconds`;
    await sql`update sessions set expires_at = slid.until, updated_at = slid.at
      from (
        select sessions.id, used.at, least(used.at + ${idle}::interval, created_at + ${absolute}::interval) as until
        from sessions
        join unnest(${[...used.keys()]}::uuid[], ${toTimes(used)}::timestamptz[]) as used (id, at) using (id)
      ) as slid
      where sessions.id = slid.id and expires_at > slid.at
        and slid.until > expires_at + ${`${slideStepMs} milliseconds`}::interval`.execute(this.#database);
  }

  async #pruneSessions(): Promise<void> {
    const before = new Date(this.#now() - keepExpiredMs);
    await writeAs(this.#database, { actorId: null, action: "sessions.prune" }, async (transaction) =>
      transaction
        .deleteFrom("sessions")
        .where("id", "in", (query) =>
          query.selectFrom("sessions").select("id").where("expiresAt", "<", before).limit(prunedAtOnce),
        )
        .execute(),
    );
  }
}

function toTimes(used: ReadonlyMap<string, number>): string[] {
  return [...used.values()].map((at) => new Date(at).toISOString());
}
