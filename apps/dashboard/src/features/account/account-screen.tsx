import { lazy, type ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { choiceParam, createUrlCodec } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { Deferred } from "../../ui/deferred.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { KeySection } from "./key-section.tsx";

const SignInSection = lazy(async () => {
  const { SignInSection } = await import("./sign-in-section.tsx");
  return { default: SignInSection };
});

const SessionsSection = lazy(async () => {
  const { SessionsSection } = await import("./sessions-section.tsx");
  return { default: SessionsSection };
});

const tabs = ["key", "sign-in", "sessions"] as const;
const codec = createUrlCodec({ tab: choiceParam(tabs, "key") });

export function AccountScreen(): ReactElement {
  const { name, email, role } = useSignedIn();
  const { state, update } = useUrlState(codec);
  const content = {
    key: <KeySection />,
    "sign-in": (
      <Deferred>
        <SignInSection />
      </Deferred>
    ),
    sessions: (
      <Deferred>
        <SessionsSection />
      </Deferred>
    ),
  };
  return (
    <>
      <PageHeader title={m.nav.account()} note={`${name} · ${email} · ${m.users.roleName[role]()}`} />
      <div className="page max-w-[48rem]">
        <Tabs
          label={m.nav.account()}
          value={state.tab}
          onValueChange={(tab) => update({ tab })}
          tabs={tabs.map((value) => ({
            value,
            label: mAccount.tab[value](),
            content: content[value],
          }))}
        />
      </div>
    </>
  );
}
