import { Link } from "@tanstack/react-router";
import { PanelLeft } from "lucide-react";
import type { ReactElement } from "react";

import { useAppearance } from "../lib/appearance.ts";
import { m } from "../lib/messages.ts";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import type { NavItem } from "./navigation.ts";

export function Sidebar({ items }: { items: readonly NavItem[] }): ReactElement {
  const [sidebar, setSidebar] = useAppearance("sidebar");
  const isCollapsed = sidebar === "collapsed";
  const people = items.filter((item) => item.group === "people");
  return (
    <div className="sidebar">
      <header className="sidebar-head">
        <span className="nav-text">{m.app.name()}</span>
        <Button
          variant="quiet"
          shape="icon"
          aria-label={isCollapsed ? m.nav.expand() : m.nav.collapse()}
          onClick={() => setSidebar(isCollapsed ? "open" : "collapsed")}
        >
          <PanelLeft size={16} aria-hidden />
        </Button>
      </header>
      <nav aria-label={m.nav.main()}>
        <div className="nav-group">
          {items
            .filter((item) => item.group === "main")
            .map((item) => (
              <SidebarLink key={item.to} item={item} isCollapsed={isCollapsed} />
            ))}
        </div>
        {people.length > 0 && (
          <fieldset className="nav-group">
            <legend className="nav-label">{m.nav.people()}</legend>
            {people.map((item) => (
              <SidebarLink key={item.to} item={item} isCollapsed={isCollapsed} />
            ))}
          </fieldset>
        )}
      </nav>
      <div className="sidebar-foot">
        <AccountMenu />
      </div>
    </div>
  );
}

function SidebarLink({ item, isCollapsed }: { item: NavItem; isCollapsed: boolean }): ReactElement {
  const Icon = item.icon;
  const link = (
    <Link to={item.to} className="nav-item" activeProps={{ "aria-current": "page" }}>
      <Icon size={16} aria-hidden />
      <span className="nav-text">{item.label()}</span>
    </Link>
  );
  return isCollapsed ? (
    <Tooltip label={item.label()} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
