import { createContext, useContext } from "react";

/** What stood behind `#` in the address that was opened: secrets, there so that no server and no log sees them. */
export type OpenedWith = {
  /** Of the address that the server prints before there is an administrator. */
  code: string;
  /** Of an invitation, or of a link to set a password. */
  token: string;
};

export const OpenedWithContext = createContext<OpenedWith>({ code: "", token: "" });

export function useOpenedWith(): OpenedWith {
  return useContext(OpenedWithContext);
}

/** Takes the secrets out of the address bar, so that they stay neither in the history nor in a shared link. */
export function takeOpenedWith(): OpenedWith {
  const { pathname, search, hash } = window.location;
  const fragment = new URLSearchParams(hash.slice(1));
  const opened = { code: fragment.get("code") ?? "", token: fragment.get("token") ?? "" };
  if (opened.code + opened.token !== "") {
    window.history.replaceState(window.history.state, "", pathname + search);
  }
  return opened;
}

/** A second link in the same tab changes the fragment alone, which by itself loads nothing. */
export function reloadOnNewLink(): void {
  window.addEventListener("hashchange", () => {
    if (/^#(?:code|token)=/u.test(window.location.hash)) window.location.reload();
  });
}
