import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import type { Session } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";

export function PendingAccount({
  session,
  onCheck,
}: {
  session: Session;
  onCheck: () => void;
}): ReactElement {
  return (
    <main className="alone">
      <title>{m.app.title({ page: m.signIn.pendingTitle() })}</title>
      <h1>{m.signIn.pendingTitle()}</h1>
      <p className="text-ink-muted">{m.signIn.pendingHint({ email: session.email })}</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={onCheck}>
          {m.signIn.checkAgain()}
        </Button>
        <Button onClick={session.signOut}>{m.nav.signOut()}</Button>
      </div>
    </main>
  );
}
