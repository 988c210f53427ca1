import type { LiveEvent, LiveTopic } from "@corral/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { useTRPC, useTRPCClient } from "../trpc.ts";
import { useIsVisible } from "./use-is-visible.ts";

/** Many events in a row cause one round of fetching. */
const gatherMs = 200;

/** Follows what happens on the server and marks what it touches as stale. Draws nothing. */
export function LiveUpdates(): null {
  const invalidate = useInvalidation();
  const client = useTRPCClient();
  const isVisible = useIsVisible();

  useEffect(() => {
    if (!isVisible) return undefined;
    const waiting = new Set<LiveTopic | "reset">();
    let timer: number | undefined;
    const flush = (): void => {
      timer = undefined;
      invalidate(waiting);
      waiting.clear();
    };
    const onEvent = (event: LiveEvent): void => {
      waiting.add(event.kind === "reset" ? "reset" : event.topic);
      timer ??= window.setTimeout(flush, gatherMs);
    };
    const subscription = client.events.live.subscribe({}, { onData: ({ data }) => onEvent(data) });
    return () => {
      subscription.unsubscribe();
      window.clearTimeout(timer);
    };
  }, [client, invalidate, isVisible]);

  return null;
}

function useInvalidation(): (topics: ReadonlySet<LiveTopic | "reset">) => void {
  const queries = useQueryClient();
  const trpc = useTRPC();
  return (topics) => {
    const has = (...names: (LiveTopic | "reset")[]): boolean => names.some((name) => topics.has(name));
    if (has("reset", "settings")) {
      void queries.invalidateQueries();
      return;
    }
    if (has("models", "connections", "health")) void queries.invalidateQueries(trpc.models.pathFilter());
    if (has("connections", "health")) void queries.invalidateQueries(trpc.connections.pathFilter());
    if (has("users")) void queries.invalidateQueries(trpc.users.pathFilter());
    if (has("users", "groups")) void queries.invalidateQueries(trpc.groups.pathFilter());
    if (has("users", "groups")) void queries.invalidateQueries(trpc.access.effective.queryFilter());
    if (has("keys")) void queries.invalidateQueries(trpc.keys.pathFilter());
    if (has("ollama", "connections", "health")) void queries.invalidateQueries(trpc.ollama.pathFilter());
  };
}
