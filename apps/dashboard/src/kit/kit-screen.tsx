import type { ReactElement } from "react";

import { PageHeader } from "../shell/page-header.tsx";
import { type Session, SessionContext } from "../shell/session.ts";
import { ShellFrame } from "../shell/shell.tsx";
import { Button } from "../ui/button.tsx";
import { KitControls } from "./kit-controls.tsx";
import { KitOverlays } from "./kit-overlays.tsx";
import { KitParts } from "./kit-parts.tsx";
import { KitTable } from "./kit-table.tsx";

/** Someone who may see everything, without a server. */
const session: Session = {
  id: "ada",
  name: "Ada Lovelace",
  email: "ada@example.com",
  role: "admin",
  groupIds: [],
  rights: new Set(["connections.read", "users.read"]),
  signOut: () => {},
};

/** Every wrapper in every state: the page that the screenshots and the accessibility tests look at. */
export function KitScreen(): ReactElement {
  return (
    <SessionContext value={session}>
      <ShellFrame>
        <PageHeader
          title="Kit"
          note="every part in every state"
          actions={
            <>
              <Button>Import</Button>
              <Button variant="primary">New model</Button>
            </>
          }
        />
        <div className="page">
          <KitParts />
          <KitControls />
          <KitOverlays />
          <KitTable />
        </div>
      </ShellFrame>
    </SessionContext>
  );
}
