import type { ReactElement } from "react";

import { CodesSection } from "./codes-section.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordSection } from "./password-section.tsx";

/** The ways in which one signs in. */
export function SignInSection(): ReactElement {
  return (
    <div className="stack gap-6">
      <PasswordSection />
      <CodesSection />
      <PasskeysSection />
    </div>
  );
}
