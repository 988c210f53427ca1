import { router } from "../../trpc.ts";
import { passkeysRouter } from "../passkeys/passkeys-router.ts";
import { secondFactorRouter } from "../second-factor/second-factor-router.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { changePassword } from "./change-password.ts";
import { currentSession } from "./current-session.ts";
import { endSession } from "./end-session.ts";
import { listSessions } from "./list-sessions.ts";
import { setPassword } from "./set-password.ts";
import { setupState } from "./setup-state.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { signOutEverywhere } from "./sign-out-everywhere.ts";
import { signUp } from "./sign-up.ts";
import { updateProfile } from "./update-profile.ts";

export const authRouter = router({
  setupState,
  signUp,
  acceptInvitation,
  signIn,
  signOut,
  session: currentSession,
  sessions: listSessions,
  endSession,
  signOutEverywhere,
  updateProfile,
  changePassword,
  setPassword,
  secondFactor: secondFactorRouter,
  passkeys: passkeysRouter,
});
