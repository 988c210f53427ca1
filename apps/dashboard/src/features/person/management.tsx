import type { ReactElement } from "react";

import { AccountControls } from "./account-controls.tsx";
import { EffectiveRights } from "./effective-rights.tsx";
import { PersonKeys } from "./person-keys.tsx";
import type { PersonDetail } from "./person-screen.tsx";

/** What only administrators see of somebody. */
export function Management({ person }: { person: PersonDetail }): ReactElement {
  return (
    <>
      <AccountControls person={person} />
      <EffectiveRights userId={person.id} />
      <PersonKeys person={person} />
    </>
  );
}
