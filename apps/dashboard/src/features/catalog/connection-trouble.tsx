import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { Lamp } from "../../ui/lamp.tsx";
import type { Overview } from "./catalog-screen.tsx";

/** One line for each connection that does not answer; its models stay in the list. */
export function ConnectionTrouble({
  lamps,
}: {
  lamps: NonNullable<Overview["connections"]>;
}): ReactElement | null {
  const dead = lamps.filter(({ state }) => state === "unreachable" || state === "unauthorized");
  if (dead.length === 0) return null;
  return (
    <ul className="notice" aria-label={m.catalog.trouble()}>
      {dead.map(({ uid, name, state, since }) => (
        <li key={uid} className="flex flex-wrap items-center gap-x-3">
          <Lamp status={state === "unauthorized" ? "refused" : "unreachable"} />
          <span>{m.catalog.troubleSince({ name, since: format.relative(new Date(since)) })}</span>
          <Link to="/connections" className="link">
            {m.catalog.seeConnections()}
          </Link>
        </li>
      ))}
    </ul>
  );
}
