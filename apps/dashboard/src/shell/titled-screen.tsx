import { useMatches } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { PageHeader } from "./page-header.tsx";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    title?: () => string;
  }
}

/** A screen of which so far only the title stands. */
export function TitledScreen(): ReactElement {
  const title = useMatches().at(-1)?.staticData.title?.() ?? "";
  return <PageHeader title={title} />;
}
