import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

import type { UrlCodec } from "./url-state.ts";

export type UrlState<State> = {
  state: State;
  /** Keys whose values were not understood and are ignored; worth one line of notice. */
  dropped: string[];
  /** `replace` while typing, so that Back is not spoiled; `push` for a deliberate choice. */
  update: (patch: Partial<State>, history?: "push" | "replace") => void;
};

/** List state whose only store is the address bar. Keys of other owners are kept. */
export function useUrlState<State extends Record<string, unknown>>(codec: UrlCodec<State>): UrlState<State> {
  // Our parseSearch yields text values only.
  const search: Record<string, string> = useSearch({ strict: false });
  const navigate = useNavigate();
  const { state, dropped } = useMemo(() => codec.parse(search), [codec, search]);

  const update = useCallback(
    (patch: Partial<State>, history: "push" | "replace" = "push") => {
      const toNext = (previous: Record<string, string>): Record<string, string> => {
        const current = codec.parse(previous).state;
        const foreign = { ...previous };
        for (const key of codec.keys) delete foreign[key];
        return { ...foreign, ...codec.format({ ...current, ...patch }) };
      };
      // The search of an unknown route is untyped; toNext keeps it a record of texts.
      void navigate({ to: ".", search: toNext as never, replace: history === "replace" });
    },
    [codec, navigate],
  );

  return { state, dropped, update };
}
