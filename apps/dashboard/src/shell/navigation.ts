import type { Permission } from "@corral/access-control";
import { Boxes, Cable, MessageSquare, type LucideIcon, User, Users } from "lucide-react";

import { m } from "../lib/messages.ts";

export type NavItem = {
  to: "/catalog" | "/playground" | "/connections" | "/users" | "/groups";
  label: () => string;
  icon: LucideIcon;
  group: "main" | "people";
  /** Without it the item is not rendered. */
  right?: Permission;
};

const items: readonly NavItem[] = [
  { to: "/catalog", label: m.nav.models, icon: Boxes, group: "main" },
  { to: "/playground", label: m.nav.playground, icon: MessageSquare, group: "main" },
  { to: "/connections", label: m.nav.connections, icon: Cable, group: "main", right: "connections.read" },
  { to: "/users", label: m.nav.users, icon: User, group: "people", right: "users.read" },
  { to: "/groups", label: m.nav.groups, icon: Users, group: "people" },
];

export function listNavItems(rights: ReadonlySet<Permission>): readonly NavItem[] {
  return items.filter((item) => item.right === undefined || rights.has(item.right));
}
