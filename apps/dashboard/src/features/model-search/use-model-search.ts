import { useCallback } from "react";

import { m } from "../../lib/messages.ts";
import { useTRPCClient } from "../../trpc.ts";
import type { SearchOptions } from "../../ui/use-options.ts";

const shown = 30;

/** Options for a combobox over everything the caller may see, searched on the server. */
export function useModelSearch({ without }: { without?: string }): SearchOptions {
  const client = useTRPCClient();
  return useCallback(
    async (query, signal) => {
      const page = await client.models.list.query(
        { limit: shown, ...(query.trim() !== "" && { query: query.trim().slice(0, 128) }) },
        { signal },
      );
      return page.rows
        .filter((row) => row.id !== without)
        .map((row) => ({
          value: row.id,
          label: row.name,
          detail: row.status === "ready" ? row.id : `${row.id} · ${m.status[row.status]()}`,
        }));
    },
    [client, without],
  );
}
