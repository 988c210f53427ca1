import { hasPermission } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogChange, CatalogChanges } from "../catalog/catalog-state.ts";
import { revisionText } from "../catalog/revision-text.ts";
import type { ConnectionHealthBoard } from "../connection/health-board.ts";
import type { Actor } from "../identity/actor.ts";
import { asOf } from "../identity/find-actor.ts";
import type { LiveEvent, LiveTopic } from "./live-event.ts";

/** An event under the id by which a listener that lost its stream resumes. */
export type TrackedEvent = { readonly id: string; readonly event: LiveEvent };

/** What happens, as each listener may know it, replayed to those who were away for a short time. */
export interface EventHub extends Disposable {
  /** Ends with the signal. A `lastEventId` that is no longer remembered gives one `reset` first. */
  listen(
    actor: Actor,
    options: {
      readonly lastEventId?: string;
      /** Absent: all. A `reset` comes whatever the topics. */
      readonly topics?: readonly LiveTopic[];
      readonly signal: AbortSignal;
    },
  ): AsyncIterable<TrackedEvent>;
}

type News = {
  readonly topic: LiveTopic;
  readonly uids: readonly string[];
  /** Of `keys`: whose they are. */
  readonly userId: string | null;
};
type Happening = (News & { readonly seq: number }) | { readonly seq: number; readonly topic: null };

/** How many happenings are remembered for replay, and at most wait for one slow listener. */
const remembered = 1_000;

const objectTopics = {
  connection: "connections",
  base: "models",
  record: "models",
  alias: "models",
  base_name: "models",
  lifecycle: "models",
  user: "users",
  group: "groups",
} as const satisfies Partial<Record<CatalogChange["kind"], LiveTopic>>;
const noticeTopics = { policy: "policies", discovery: "discovery", ollama: "ollama" } as const;

/** Numbers are those of this process: `<boot>-<n>`; ids of another boot lead to a reset. */
export function createEventHub(ports: {
  readonly catalog: Catalog;
  readonly board: ConnectionHealthBoard;
  readonly boot: string;
}): EventHub {
  const log: Happening[] = [];
  const wakers = new Set<() => void>();
  let seq = 0;

  const publish = (news: News | null) => {
    seq += 1;
    log.push(news === null ? { seq, topic: null } : { seq, ...news });
    if (log.length > remembered) log.shift();
    for (const wake of wakers) wake();
  };
  const stopCatalog = ports.catalog.onChange((changes) => {
    if (changes === "reload") publish(null);
    else for (const news of toNews(changes)) publish(news);
  });
  const stopBoard = ports.board.onChange(({ connectionUid }) =>
    publish({ topic: "health", uids: [connectionUid], userId: null }),
  );

  const firstSeq = (lastEventId: string | undefined): number | undefined => {
    if (lastEventId === undefined) return seq;
    const [boot, number] = lastEventId.split("/");
    const seen = Number(number);
    const oldest = log[0]?.seq ?? seq + 1;
    return boot === ports.boot && Number.isInteger(seen) && seen <= seq && seen + 1 >= oldest
      ? seen
      : undefined;
  };

  return {
    async *listen(actor, { lastEventId, topics, signal }) {
      const tracked = (event: LiveEvent): TrackedEvent => ({ id: `${ports.boot}/${cursor}`, event });
      const revision = () => revisionText(ports.catalog.current().revision);
      const resumed = firstSeq(lastEventId);
      let cursor = resumed ?? seq;
      if (resumed === undefined) yield tracked({ kind: "reset", revision: revision() });
      while (!signal.aborted) {
        const oldest = log[0]?.seq ?? seq + 1;
        if (cursor + 1 < oldest) {
          cursor = seq;
          yield tracked({ kind: "reset", revision: revision() });
          continue;
        }
        const next = log[cursor + 1 - oldest];
        if (next === undefined) {
          await nextHappening(wakers, signal);
          continue;
        }
        cursor = next.seq;
        const event = toEvent(next, { actor, catalog: ports.catalog, revision: revision() });
        if (event !== undefined && isWanted(event, topics)) yield tracked(event);
      }
    },
    [Symbol.dispose]() {
      stopCatalog();
      stopBoard();
    },
  };
}

/** One piece of news a topic, and of keys one a person. */
function toNews({ changes }: CatalogChanges): readonly News[] {
  const found = new Map<
    string,
    { readonly topic: LiveTopic; readonly uids: string[]; userId: string | null }
  >();
  for (const change of changes) {
    // Sessions end by the dozen, and whoever held one learns it from the next answer.
    if (change.kind === "credential" && change.of === "session") continue;
    const topic = topicOf(change);
    const userId = change.kind === "credential" ? (change.userId ?? null) : null;
    const news = found.get(`${topic} ${userId}`) ?? { topic, uids: [], userId };
    if (change.kind !== "settings") news.uids.push(change.uid);
    found.set(`${topic} ${userId}`, news);
  }
  return [...found.values()];
}

function topicOf(change: CatalogChange): LiveTopic {
  if (change.kind === "settings") return "settings";
  if (change.kind === "credential") return "keys";
  return change.kind === "notice" ? noticeTopics[change.of] : objectTopics[change.kind];
}

function isWanted(event: LiveEvent, topics: readonly LiveTopic[] | undefined): boolean {
  return event.kind === "reset" || topics === undefined || topics.includes(event.topic);
}

/** Wakes at the next happening or when the listener leaves. */
async function nextHappening(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  wakers.add(wake);
  signal.addEventListener("abort", wake, { once: true });
  await promise;
  wakers.delete(wake);
  signal.removeEventListener("abort", wake);
}

/** The happening as this listener may know it; `undefined` when it is none of their business. */
function toEvent(
  happening: Happening,
  view: { readonly actor: Actor; readonly catalog: Catalog; readonly revision: string },
): LiveEvent | undefined {
  const { catalog, revision } = view;
  const actor = asOf(catalog.current(), view.actor);
  if (happening.topic === null) return { kind: "reset", revision };
  const { topic, uids } = happening;
  const changed = (shown: LiveTopic, of: readonly string[]): LiveEvent => ({
    kind: "changed",
    topic: shown,
    uids: [...of],
    revision,
  });
  if (actor.principal.role === "admin" || topic === "settings") return changed(topic, uids);
  if (topic === "policies" || topic === "ollama") return undefined;
  if (topic === "keys") return happening.userId === actor.principal.userId ? changed(topic, uids) : undefined;
  if (topic === "connections" || topic === "health" || topic === "discovery") {
    if (hasPermission(actor.principal, "connections.read", actor.permissions)) return changed(topic, uids);
    // A lamp changes the status of models, which everyone may see; which connection it was is not for everyone.
    return topic === "discovery" ? undefined : changed("models", []);
  }
  if (topic === "models") return changed(topic, readableOnly(actor, catalog, uids));
  // A change of one's own account or groups may change every list.
  return changed("models", []);
}

function readableOnly(actor: Actor, catalog: Catalog, uids: readonly string[]): string[] {
  const snapshot = catalog.current();
  return uids.filter((uid) => {
    const entry = snapshot.findByUid(uid);
    return entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
  });
}
