import { hasPermission } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogChange, CatalogChanges } from "../catalog/catalog-state.ts";
import { revisionText } from "../catalog/revision-text.ts";
import type { ConnectionHealthBoard } from "../connection/health-board.ts";
import type { Actor } from "../identity/actor.ts";
import type { LiveEvent, LiveTopic } from "./live-event.ts";

/** An event under the id by which a listener that lost its stream resumes. */
export type TrackedEvent = { readonly id: string; readonly event: LiveEvent };

/** What happens, as each listener may know it, replayed to those who were away for a short time. */
export interface EventHub extends Disposable {
  /** Ends with the signal. A `lastEventId` that is no longer remembered gives one `reset` first. */
  listen(
    actor: Actor,
    options: { readonly lastEventId?: string; readonly signal: AbortSignal },
  ): AsyncIterable<TrackedEvent>;
}

type Happening =
  | { readonly seq: number; readonly topic: LiveTopic; readonly uids: readonly string[] }
  | { readonly seq: number; readonly topic: null };

/** How many happenings are remembered for replay, and at most wait for one slow listener. */
const remembered = 1_000;

const topics: Readonly<Record<Exclude<CatalogChange["kind"], "credential" | "settings">, LiveTopic>> = {
  connection: "connections",
  base: "models",
  record: "models",
  alias: "models",
  base_name: "models",
  user: "users",
  group: "groups",
};

/** Numbers are those of this process: `<boot>-<n>`; ids of another boot lead to a reset. */
export function createEventHub(ports: {
  readonly catalog: Catalog;
  readonly board: ConnectionHealthBoard;
  readonly boot: string;
}): EventHub {
  const log: Happening[] = [];
  const wakers = new Set<() => void>();
  let seq = 0;

  const publish = (topic: LiveTopic | null, uids: readonly string[]) => {
    seq += 1;
    log.push(topic === null ? { seq, topic } : { seq, topic, uids });
    if (log.length > remembered) log.shift();
    for (const wake of wakers) wake();
  };
  const stopCatalog = ports.catalog.onChange((changes) => {
    if (changes === "reload") publish(null, []);
    else for (const [topic, uids] of byTopic(changes)) publish(topic, uids);
  });
  const stopBoard = ports.board.onChange((health) => publish("health", [health.connectionUid]));

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
    async *listen(actor, { lastEventId, signal }) {
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
        if (event !== undefined) yield tracked(event);
      }
    },
    [Symbol.dispose]() {
      stopCatalog();
      stopBoard();
    },
  };
}

function byTopic(changes: CatalogChanges): Map<LiveTopic, string[]> {
  const found = new Map<LiveTopic, string[]>();
  for (const change of changes.changes) {
    if (change.kind === "credential") continue;
    const topic = change.kind === "settings" ? "settings" : topics[change.kind];
    found.set(topic, [...(found.get(topic) ?? []), ...(change.kind === "settings" ? [] : [change.uid])]);
  }
  return found;
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
  const { actor, catalog, revision } = view;
  if (happening.topic === null) return { kind: "reset", revision };
  const { topic, uids } = happening;
  const isAdministrator = actor.principal.role === "admin";
  if (isAdministrator || topic === "settings") return { kind: "changed", topic, uids: [...uids], revision };
  if (topic === "connections" || topic === "health") {
    // A lamp changes the status of models, which everyone may see; which connection it was is not for everyone.
    if (hasPermission(actor.principal, "connections.read", actor.permissions))
      return { kind: "changed", topic, uids: [...uids], revision };
    return { kind: "changed", topic: "models", uids: [], revision };
  }
  if (topic === "models")
    return { kind: "changed", topic, uids: readableOnly(actor, catalog, uids), revision };
  // A change of one's own account or groups may change every list.
  return { kind: "changed", topic: "models", uids: [], revision };
}

function readableOnly(actor: Actor, catalog: Catalog, uids: readonly string[]): string[] {
  const snapshot = catalog.current();
  return uids.filter((uid) => {
    const entry = snapshot.findByUid(uid);
    return entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
  });
}
