import { randomUUID } from "node:crypto";
import { DomainError, type RefreshLeases, type RefreshListener, type RefreshRequest } from "@corral/core";
import { Client } from "pg";
import { z } from "zod";

const channel = "corral_refresh";
const timeoutMs = 5_000;

/** A process that vanishes without a word is noticed within 14 seconds. */
const serverSettings = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3";

const messageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ask"), token: z.string(), connectionUid: z.string(), anew: z.boolean() }),
  z.object({ kind: z.literal("done"), token: z.string(), change: z.int().nullable() }),
  z.object({ kind: z.literal("health"), connectionUid: z.string(), sender: z.string() }),
]);
type Message = z.output<typeof messageSchema>;

type Answer = { readonly client: Client; readonly rows: readonly Record<string, unknown>[] };
type Asking = (change: number | null | undefined) => void;

/**
 * Leases as advisory locks of one connection of the process's own: PostgreSQL ends them with it. The same connection
 * carries what the processes say to each other.
 */
export function createRefreshLeases(url: string): RefreshLeases {
  return new AdvisoryLeases(url);
}

class AdvisoryLeases implements RefreshLeases {
  readonly #url: string;
  readonly #name = randomUUID();
  readonly #held = new Set<string>();
  readonly #trying = new Map<string, Promise<boolean>>();
  readonly #asking = new Map<string, Asking>();
  #client: Promise<Client> | undefined;
  #current: Client | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #listener: RefreshListener | undefined;
  #isClosed = false;

  constructor(url: string) {
    this.#url = url;
  }

  listen(listener: RefreshListener): void {
    this.#listener = listener;
  }

  async tryHold(uid: string): Promise<boolean> {
    if (this.#held.has(uid)) return true;
    // Locks are counted: two that are taken at once would need two releases.
    const trying = this.#trying.get(uid) ?? this.#tryLock(uid).finally(() => this.#trying.delete(uid));
    this.#trying.set(uid, trying);
    return trying;
  }

  async release(uid: string): Promise<void> {
    await this.#trying.get(uid)?.catch(() => undefined);
    if (this.#held.delete(uid)) {
      await this.#query("select pg_advisory_unlock(hashtextextended($1, 0))", [lockName(uid)]).catch(
        () => undefined,
      );
    }
  }

  async ask(request: RefreshRequest, waitMs: number): Promise<number | null | undefined> {
    const token = randomUUID();
    const { promise, resolve } = Promise.withResolvers<number | null | undefined>();
    const timer = setTimeout(() => resolve(undefined), waitMs);
    this.#asking.set(token, resolve);
    try {
      await this.#send({ kind: "ask", token, ...request });
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#asking.delete(token);
    }
  }

  announceHealth(connectionUid: string): Promise<void> {
    return this.#send({ kind: "health", connectionUid, sender: this.#name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const resolve of this.#asking.values()) resolve(undefined);
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #tryLock(uid: string): Promise<boolean> {
    const { client, rows } = await this.#query(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as held",
      [lockName(uid)],
    );
    // A lock that came with a connection that has ended since is nobody's.
    if (rows[0]?.["held"] !== true || this.#current !== client) return false;
    this.#held.add(uid);
    return true;
  }

  async #send(message: Message): Promise<void> {
    await this.#query("select pg_notify($1, $2)", [channel, JSON.stringify(message)]);
  }

  /** One after the other: a client runs one query at a time. */
  async #query(text: string, values: readonly string[]): Promise<Answer> {
    const turn = this.#queue.then(async () => {
      const client = await this.#connected();
      try {
        const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
        return { client, rows };
      } catch (error) {
        throw new DomainError("database_unavailable", undefined, { cause: error });
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #connected(): Promise<Client> {
    if (this.#isClosed) throw new DomainError("shutting_down");
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: "corral-refresh",
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
      options: serverSettings,
    });
    const lose = () => this.#lose(client);
    client.on("error", lose).on("end", lose);
    client.on("notification", ({ payload }) => this.#receive(payload));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      this.#client = undefined;
      await client.end().catch(() => undefined);
      throw new DomainError("database_unavailable", undefined, { cause: error });
    }
    this.#current = client;
    // Whatever was said while nobody listened.
    this.#listener?.onHealth(null);
    return client;
  }

  /** The locks went with the connection: somebody else may have them by now. */
  #lose(client: Client): void {
    if (this.#current !== client) return;
    this.#current = undefined;
    this.#client = undefined;
    this.#held.clear();
    for (const resolve of this.#asking.values()) resolve(undefined);
  }

  #receive(payload: string | undefined): void {
    const message = parseMessage(payload);
    if (message?.kind === "done") this.#asking.get(message.token)?.(message.change);
    else if (message?.kind === "health" && message.sender !== this.#name) {
      this.#listener?.onHealth(message.connectionUid);
    } else if (message?.kind === "ask" && this.#held.has(message.connectionUid)) {
      const { token, connectionUid, anew } = message;
      void this.#listener
        ?.onRequest({ connectionUid, anew })
        .then((change) => this.#send({ kind: "done", token, change }))
        .catch(() => undefined); // whoever asked does not wait for ever
    }
  }
}

function lockName(connectionUid: string): string {
  return `refresh ${connectionUid}`;
}

/** Anybody who may connect to the database may say anything on the channel. */
function parseMessage(payload: string | undefined): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(payload ?? "")).data;
  } catch {
    return undefined;
  }
}
