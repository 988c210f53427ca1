import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { useAppearance } from "../lib/appearance.ts";
import { type Hotkeys, useHotkeys } from "../lib/hotkeys.ts";
import { m } from "../lib/messages.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import type { NavItem } from "./navigation.ts";

const navKeys: Record<NavItem["to"], { keys: string; label: () => string }> = {
  "/catalog": { keys: "g m", label: m.shortcuts.models },
  "/playground": { keys: "g p", label: m.shortcuts.playground },
  "/fleet": { keys: "g o", label: m.shortcuts.ollama },
  "/connections": { keys: "g c", label: m.shortcuts.connections },
  "/users": { keys: "g u", label: m.shortcuts.users },
  "/groups": { keys: "g g", label: m.shortcuts.groups },
};

/** The global keys and, on `?`, the list of them. Search boxes mark themselves with `data-page-search`. */
export function Shortcuts({ items }: { items: readonly NavItem[] }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const [shortcuts] = useAppearance("shortcuts");
  const [sidebar, setSidebar] = useAppearance("sidebar");
  const navigate = useNavigate();

  const navigation: Hotkeys = Object.fromEntries(
    items.map(({ to }) => [navKeys[to].keys, () => void navigate({ to })]),
  );
  useHotkeys({
    ...navigation,
    "/": () => document.querySelector<HTMLElement>("[data-page-search]")?.focus(),
    "?": () => setIsOpen(true),
    "mod+\\": () => setSidebar(sidebar === "open" ? "collapsed" : "open"),
  });

  const rows = [
    { keys: "/", label: m.shortcuts.search() },
    ...items.map(({ to }) => ({ keys: navKeys[to].keys, label: navKeys[to].label() })),
    { keys: "?", label: m.shortcuts.help() },
  ];
  return (
    <Dialog isOpen={isOpen} onOpenChange={setIsOpen} title={m.shortcuts.title()}>
      {shortcuts === "off" ? (
        <p>{m.shortcuts.off()}</p>
      ) : (
        <dl className="key-value">
          {rows.map(({ keys, label }) => (
            <div key={keys}>
              <dt>
                <Kbd>{keys}</Kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  );
}
