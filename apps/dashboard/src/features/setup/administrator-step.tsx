import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { mSetup } from "../../messages/setup.ts";
import { useOpenedWith } from "../../session/opened-with.ts";
import { useTRPC } from "../../trpc.ts";
import { TextField } from "../../ui/text-field.tsx";
import { SignUpForm } from "../sign-in/sign-up-form.tsx";

export function AdministratorStep({ onDone }: { onDone: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { code: given } = useOpenedWith();
  const [code, setCode] = useState(given);
  const onSignedIn = async (): Promise<void> => {
    // Both before the next step is shown, which needs them.
    await queries.fetchQuery(trpc.auth.session.queryOptions(undefined, { staleTime: 0 }));
    onDone();
    await queries.invalidateQueries(trpc.auth.setupState.queryFilter());
  };
  return (
    <SignUpForm
      onSignedIn={() => void onSignedIn()}
      setupCode={code.trim()}
      submitLabel={mSetup.createAdministrator()}
    >
      <TextField
        label={mSetup.code()}
        help={given === "" ? mSetup.codeHelp() : mSetup.codeGiven()}
        isMono
        autoComplete="off"
        spellCheck={false}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
    </SignUpForm>
  );
}
