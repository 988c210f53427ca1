import { Outlet, useRouter } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useEffect, useMemo } from "react";

import { m } from "../lib/messages.ts";
import { SessionGate } from "../session/session-gate.tsx";
import { buttonLook } from "../ui/button.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { listNavItems } from "./navigation.ts";
import { OfflineBar } from "./offline-bar.tsx";
import { pageTitleId } from "./page-header.tsx";
import { useSignedIn } from "./session.ts";
import { Shortcuts } from "./shortcuts-sheet.tsx";
import { Sidebar } from "./sidebar.tsx";

const contentId = "content";

/** The frame round every signed-in screen. */
export function Shell(): ReactElement {
  return (
    <SessionGate>
      <ShellFrame>
        <Outlet />
      </ShellFrame>
    </SessionGate>
  );
}

export function ShellFrame({ children }: { children: ReactNode }): ReactElement {
  const session = useSignedIn();
  const items = useMemo(() => listNavItems(session), [session]);
  return (
    <Frame>
      <div className="shell">
        <OfflineBar />
        <Sidebar items={items} />
        <main className="work" id={contentId} tabIndex={-1}>
          {children}
        </main>
        <BottomBar items={items} />
      </div>
      <Shortcuts items={items} />
    </Frame>
  );
}

/** For sign-in and set-up, which stand alone. */
export function BareShell(): ReactElement {
  return (
    <Frame>
      <main
        id={contentId}
        tabIndex={-1}
        className="grid min-h-dvh content-start justify-items-center bg-canvas p-(--gutter)"
      >
        <Outlet />
      </main>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }): ReactElement {
  useTitleFocus();
  return (
    <>
      <a href={`#${contentId}`} {...buttonLook("primary")} className="button skip-link">
        {m.app.skip()}
      </a>
      {children}
      <Toasts />
    </>
  );
}

/** After navigation a screen reader would otherwise say nothing, and Tab would start in the sidebar. */
function useTitleFocus(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        document.getElementById(pageTitleId)?.focus({ preventScroll: true });
      }),
    [router],
  );
}
