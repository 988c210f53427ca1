import { createContext } from "react";

/** What stood behind `#code=` in the address that the server printed. */
export const SetupCodeContext = createContext("");

/** Takes the code out of the address bar, so that it stays neither in the history nor in a shared link. */
export function takeSetupCode(): string {
  const code = new URLSearchParams(window.location.hash.slice(1)).get("code");
  if (code === null) return "";
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, "", pathname + search);
  return code;
}
