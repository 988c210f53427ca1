import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { useSessionExpiry } from "./api-provider.tsx";

/** Only paths of our own: an address elsewhere would make the sign-in a lure. */
export function useReturnPath(): string {
  // Our parseSearch yields text values only.
  const { next }: Record<string, string> = useSearch({ strict: false });
  return next !== undefined && /^\/(?![/\\])/u.test(next) ? next : "/catalog";
}

/** Goes, signed in, where someone wanted to go before being asked who they are. */
export function useEnter(): () => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const href = useReturnPath();
  const [, setExpired] = useSessionExpiry();
  const enter = async (): Promise<void> => {
    setExpired(false);
    // What a stranger was told, and whatever the person before has seen.
    queries.clear();
    await navigate({ href, replace: true });
  };
  return () => void enter();
}
