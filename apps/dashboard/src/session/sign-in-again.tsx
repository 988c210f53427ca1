import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useSessionExpiry } from "./api-provider.tsx";
import { SignInForm } from "./sign-in-form.tsx";

/** Stands over the screen when the session ends: what was typed there stays. */
export function SignInAgain({ userId }: { userId: string }): ReactElement {
  const queries = useQueryClient();
  const [, setExpired] = useSessionExpiry();
  const onSignedIn = (user: { id: string }): void => {
    if (user.id !== userId) {
      // Nothing of the one may stay before the eyes of the other.
      window.location.reload();
      return;
    }
    setExpired(false);
    void queries.invalidateQueries();
  };
  return (
    <Dialog
      isOpen
      onOpenChange={() => {}}
      title={m.signIn.expiredTitle()}
      description={m.signIn.expiredHint()}
    >
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
