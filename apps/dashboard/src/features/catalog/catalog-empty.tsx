import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useSignedIn } from "../../shell/session.ts";
import { Blank } from "../../ui/blank.tsx";
import { Button, buttonLook } from "../../ui/button.tsx";
import { type CatalogState, clearedFilters } from "./catalog-codec.ts";
import type { Overview } from "./catalog-screen.tsx";

type CatalogEmptyProps = {
  overview: Overview;
  state: CatalogState;
  onChange: (patch: Partial<CatalogState>) => void;
};

/** An empty list says why. */
export function CatalogEmpty({ overview, state, onChange }: CatalogEmptyProps): ReactElement | null {
  const { role } = useSignedIn();
  const toConnections = (
    <Link to="/connections" {...buttonLook("primary")}>
      {m.catalog.toConnections()}
    </Link>
  );
  switch (overview.empty) {
    case "no_models":
      return role === "admin" ? (
        <Blank action={toConnections}>{m.catalog.noModels()}</Blank>
      ) : (
        <Blank>{m.catalog.noModelsMember()}</Blank>
      );
    case "nothing_shared":
      return <Blank>{m.catalog.nothingShared()}</Blank>;
    case "nothing_matches":
      return (
        <Blank action={<Button onClick={() => onChange(clearedFilters)}>{m.catalog.clearAll()}</Button>}>
          {m.catalog.nothingMatches({ query: state.q })}
        </Blank>
      );
    case null:
      return null;
  }
}
