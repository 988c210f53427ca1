import type { Permission, Role } from "@corral/access-control";
import { createContext, useContext } from "react";

/** What screens need to know about who is signed in. */
export type Session = {
  id: string;
  name: string;
  email: string;
  role: Role;
  groupIds: readonly string[];
  rights: ReadonlySet<Permission>;
  signOut: () => void;
};

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session | undefined {
  return useContext(SessionContext);
}

/** For screens, which stand only below the gate that makes the session. */
export function useSignedIn(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("This part stands outside the session gate.");
  return session;
}
