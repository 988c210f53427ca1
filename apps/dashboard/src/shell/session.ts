import { createContext, useContext } from "react";

/** What the shell needs to know about who is signed in. */
export type Session = {
  name: string;
  email: string;
  /** Permission names such as `connections.read`. */
  rights: ReadonlySet<string>;
  signOut: () => void;
};

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session | undefined {
  return useContext(SessionContext);
}
