import { useCallback, useEffect, useRef, useState } from "react";

export type Option = {
  value: string;
  label: string;
  /** Second line: an id, a kind, what is wrong with it. */
  detail?: string;
  isDisabled?: boolean;
};

/** Answers at most some fifty options. Superseded searches are aborted. */
export type SearchOptions = (query: string, signal: AbortSignal) => Promise<readonly Option[]>;

export type OptionsState = {
  options: readonly Option[];
  status: "idle" | "searching" | "failed";
  search: (query: string) => void;
};

const debounceMs = 120;

/** Options from a search on the server, or from a list that is filtered here. */
export function useOptions(source: readonly Option[] | SearchOptions): OptionsState {
  const [found, setFound] = useState<readonly Option[]>([]);
  const [status, setStatus] = useState<OptionsState["status"]>("idle");
  const running = useRef<AbortController>(undefined);
  const latest = useRef(source);
  useEffect(() => {
    latest.current = source;
  });
  useEffect(() => () => running.current?.abort(), []);

  const search = useCallback((query: string) => {
    const run = latest.current;
    if (typeof run !== "function") return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const start = async (): Promise<void> => {
      await new Promise((resolve) => window.setTimeout(resolve, debounceMs));
      if (controller.signal.aborted) return;
      setStatus("searching");
      try {
        const options = await run(query, controller.signal);
        if (controller.signal.aborted) return;
        setFound(options);
        setStatus("idle");
      } catch {
        if (!controller.signal.aborted) setStatus("failed");
      }
    };
    void start();
  }, []);

  return { options: typeof source === "function" ? found : source, status, search };
}
