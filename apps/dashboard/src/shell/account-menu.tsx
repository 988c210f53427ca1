import { useNavigate } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import type { ReactElement } from "react";

import { useAppearance } from "../lib/appearance.ts";
import { m } from "../lib/messages.ts";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { useSession } from "./session.ts";

export function AccountMenu(): ReactElement {
  const session = useSession();
  const entries = useAccountEntries();
  return (
    <Menu
      side="top"
      entries={entries}
      trigger={
        <button type="button" className="button" data-variant="quiet">
          <CircleUser size={16} aria-hidden />
          <span className="nav-text truncate">{session?.name ?? m.nav.account()}</span>
        </button>
      }
    />
  );
}

export function useAccountEntries(): MenuEntry[] {
  const session = useSession();
  const navigate = useNavigate();
  const appearance = useAppearanceEntries();
  return [
    ...(session
      ? ([
          { kind: "action", label: m.nav.account(), onSelect: () => void navigate({ to: "/account" }) },
          { kind: "separator", id: "after-account" },
        ] satisfies MenuEntry[])
      : []),
    ...appearance,
    ...(session
      ? ([
          { kind: "separator", id: "before-sign-out" },
          { kind: "action", label: m.nav.signOut(), onSelect: session.signOut },
        ] satisfies MenuEntry[])
      : []),
  ];
}

function useAppearanceEntries(): MenuEntry[] {
  const [theme, setTheme] = useAppearance("theme");
  const [density, setDensity] = useAppearance("density");
  const [shortcuts, setShortcuts] = useAppearance("shortcuts");
  return [
    {
      kind: "choice",
      label: m.appearance.theme(),
      value: theme,
      options: [
        { value: "system", label: m.appearance.system() },
        { value: "light", label: m.appearance.light() },
        { value: "dark", label: m.appearance.dark() },
      ],
      // The options above are exactly the values of the type.
      onChange: (value) => setTheme(value as typeof theme),
    },
    {
      kind: "choice",
      label: m.appearance.density(),
      value: density,
      options: [
        { value: "comfortable", label: m.appearance.comfortable() },
        { value: "compact", label: m.appearance.compact() },
      ],
      // As above.
      onChange: (value) => setDensity(value as typeof density),
    },
    { kind: "separator", id: "before-shortcuts" },
    {
      kind: "check",
      label: m.appearance.shortcuts(),
      isChecked: shortcuts === "on",
      onChange: (isOn) => setShortcuts(isOn ? "on" : "off"),
    },
  ];
}
