import { router } from "../../trpc.ts";
import { currentSession } from "./current-session.ts";
import { setupState } from "./setup-state.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { signUp } from "./sign-up.ts";

export const authRouter = router({ setupState, signUp, signIn, signOut, session: currentSession });
