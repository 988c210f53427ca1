import type { Permission } from "@corral/access-control";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Blank } from "../ui/blank.tsx";
import { buttonLook } from "../ui/button.tsx";
import { PageHeader } from "./page-header.tsx";

/** A page that someone may not see: what is missing, who can grant it, the way back. */
export function Denied({
  title,
  right,
}: {
  title: string;
  right: Permission | "administrator";
}): ReactElement {
  return (
    <>
      <PageHeader title={title} />
      <div className="px-(--gutter)">
        <Blank
          action={
            <Link to="/catalog" {...buttonLook()}>
              {m.app.toModels()}
            </Link>
          }
        >
          {right === "administrator" ? m.app.deniedRole() : m.app.denied({ right })}
        </Blank>
      </div>
    </>
  );
}
