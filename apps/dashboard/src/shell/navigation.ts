import type { Permission } from "@corral/access-control";
import { Boxes, Cable, HardDrive, MessageSquare, type LucideIcon, User, Users } from "lucide-react";

import { m } from "../lib/messages.ts";
import type { Session } from "./session.ts";

export type NavItem = {
  to: "/catalog" | "/playground" | "/fleet" | "/connections" | "/users" | "/groups";
  label: () => string;
  icon: LucideIcon;
  group: "main" | "people";
  /** Without it the item is not rendered. */
  right?: Permission | "administrator";
};

const items: readonly NavItem[] = [
  { to: "/catalog", label: m.nav.models, icon: Boxes, group: "main" },
  { to: "/playground", label: m.nav.playground, icon: MessageSquare, group: "main" },
  { to: "/fleet", label: m.nav.ollama, icon: HardDrive, group: "main", right: "administrator" },
  { to: "/connections", label: m.nav.connections, icon: Cable, group: "main", right: "connections.read" },
  { to: "/users", label: m.nav.users, icon: User, group: "people", right: "users.read" },
  { to: "/groups", label: m.nav.groups, icon: Users, group: "people" },
];

export function listNavItems({ role, rights }: Pick<Session, "role" | "rights">): readonly NavItem[] {
  return items.filter(
    ({ right }) => right === undefined || (right === "administrator" ? role === "admin" : rights.has(right)),
  );
}
