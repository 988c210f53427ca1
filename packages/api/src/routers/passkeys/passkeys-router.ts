import { router } from "../../trpc.ts";
import { beginPasskeySignIn } from "./begin-passkey-sign-in.ts";
import { beginPasskey } from "./begin-passkey.ts";
import { deletePasskey } from "./delete-passkey.ts";
import { listPasskeys } from "./list-passkeys.ts";
import { registerPasskey } from "./register-passkey.ts";
import { signInWithPasskey } from "./sign-in-with-passkey.ts";

export const passkeysRouter = router({
  list: listPasskeys,
  begin: beginPasskey,
  register: registerPasskey,
  delete: deletePasskey,
  beginSignIn: beginPasskeySignIn,
  signIn: signInWithPasskey,
});
