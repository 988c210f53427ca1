import { Link, useRouter } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Blank } from "../ui/blank.tsx";
import { buttonLook } from "../ui/button.tsx";
import { ErrorBox } from "../ui/error-box.tsx";
import { PageHeader } from "./page-header.tsx";

export function NotFound(): ReactElement {
  return (
    <>
      <PageHeader title={m.app.notFound()} />
      <div className="px-(--gutter)">
        <Blank
          action={
            <Link to="/catalog" {...buttonLook("primary")}>
              {m.app.toModels()}
            </Link>
          }
        >
          {m.app.notFoundHint()}
        </Blank>
      </div>
    </>
  );
}

export function RouteError({ error }: { error: unknown }): ReactElement {
  const router = useRouter();
  return (
    <div className="p-(--gutter)">
      <ErrorBox
        title={m.app.failed()}
        detail={error instanceof Error ? error.message : String(error)}
        onRetry={() => void router.invalidate()}
      />
    </div>
  );
}
