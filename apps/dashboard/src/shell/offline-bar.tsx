import { onlineManager, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useSyncExternalStore } from "react";

import { m } from "../lib/messages.ts";
import { Button } from "../ui/button.tsx";

/** Stands over everything while the server cannot be reached; the data stays on screen with its age. */
export function OfflineBar(): ReactElement {
  const client = useQueryClient();
  const isOnline = useSyncExternalStore(
    (onChange) => onlineManager.subscribe(onChange),
    () => onlineManager.isOnline(),
  );
  const newestMs = Math.max(
    0,
    ...client
      .getQueryCache()
      .getAll()
      .map((query) => query.state.dataUpdatedAt),
  );
  const retry = (): void => {
    onlineManager.setOnline(navigator.onLine);
    void client.refetchQueries({ type: "active" });
  };
  // The region stands ready before it has words: otherwise they would not be announced.
  return (
    <output className="offline-bar">
      {!isOnline && (
        <>
          <span>{m.app.offline({ since: newestMs > 0 ? new Date(newestMs) : undefined })}</span>
          <Button size="small" variant="quiet" onClick={retry}>
            {m.app.retry()}
          </Button>
        </>
      )}
    </output>
  );
}
