import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, LogIn } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { useTRPC, useTRPCClient } from "../trpc.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import { ProblemBox } from "../ui/problem-box.tsx";
import { askPasskey, canUsePasskeys } from "./passkeys.ts";
import { SignInForm, type SignedInUser, type SignInFormProps } from "./sign-in-form.tsx";

type SignInWaysProps = SignInFormProps & {
  /** Where an identity provider sends the browser back to. */
  returnTo: string;
  /** Set where the page has to stay as it is: whoever signs in elsewhere does so in a tab of its own. */
  staysHere?: boolean;
};

/** The password, a passkey where the browser can, and the identity providers that are set up. */
export function SignInWays({ returnTo, staysHere = false, ...form }: SignInWaysProps): ReactElement {
  const trpc = useTRPC();
  const options = useQuery(trpc.sso.options.queryOptions());
  const passkey = usePasskey(form.onSignedIn);
  const providers = options.data?.providers ?? [];
  const hasPasskeys = canUsePasskeys();
  return (
    <div className="stack gap-4">
      <SignInForm {...form} />
      {passkey.error && <ProblemBox title={m.signIn.failed()} error={passkey.error} />}
      {(hasPasskeys || providers.length > 0) && (
        <div className="stack gap-2 border-t border-line pt-4">
          {hasPasskeys && (
            <Button isBusy={passkey.isPending} onClick={() => passkey.mutate()}>
              <KeyRound size={16} aria-hidden />
              {m.signIn.withPasskey()}
            </Button>
          )}
          {providers.map(({ slug, name, url }) => (
            // Not the router's: the way leads over the server.
            <a
              key={slug}
              href={`${url}?return_to=${encodeURIComponent(returnTo)}`}
              {...(staysHere && { target: "_blank", rel: "noopener" })}
              {...buttonLook()}
            >
              <LogIn size={16} aria-hidden />
              {staysHere ? m.signIn.withProviderInTab({ name }) : m.signIn.withProvider({ name })}
            </a>
          ))}
        </div>
      )}
    </div>
  );
}

function usePasskey(onSignedIn: (user: SignedInUser) => void) {
  const client = useTRPCClient();
  return useMutation({
    gcTime: 0,
    mutationFn: async () => {
      const { ceremony, options } = await client.auth.passkeys.beginSignIn.mutate();
      return client.auth.passkeys.signIn.mutate({ ceremony, response: await askPasskey(options) });
    },
    onSuccess: ({ user }) => onSignedIn(user),
  });
}
