import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { type ReactElement, useState } from "react";

import { m } from "../lib/messages.ts";
import { Sheet } from "../ui/dialog.tsx";
import { AccountMenu } from "./account-menu.tsx";
import type { NavItem } from "./navigation.ts";

const directItems = 3;

/** Navigation on phones: the first three items, and a sheet with everything. */
export function BottomBar({ items }: { items: readonly NavItem[] }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const rest = items.slice(directItems);
  return (
    <nav className="bottom-bar" aria-label={m.nav.main()}>
      {items.slice(0, directItems).map((item) => (
        <BarLink key={item.to} item={item} />
      ))}
      <button type="button" className="bottom-item" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        <Ellipsis size={18} aria-hidden />
        {m.nav.more()}
      </button>
      <Sheet isOpen={isOpen} onOpenChange={setIsOpen} title={m.nav.more()}>
        <nav aria-label={m.nav.more()} className="-mx-5">
          {rest.map((item) => (
            <Link
              key={item.to}
              to={item.to}
              className="nav-item"
              activeProps={{ "aria-current": "page" }}
              onClick={() => setIsOpen(false)}
            >
              <item.icon size={16} aria-hidden />
              {item.label()}
            </Link>
          ))}
        </nav>
        <AccountMenu />
      </Sheet>
    </nav>
  );
}

function BarLink({ item }: { item: NavItem }): ReactElement {
  return (
    <Link to={item.to} className="bottom-item" activeProps={{ "aria-current": "page" }}>
      <item.icon size={18} aria-hidden />
      {item.label()}
    </Link>
  );
}
