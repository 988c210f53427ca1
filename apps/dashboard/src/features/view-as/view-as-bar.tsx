import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import type { ReactElement } from "react";

import { mViewAs } from "../../messages/view-as.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { useViewAs } from "./use-view-as.ts";

/** Stands over the page for as long as it shows what somebody else sees. */
export function ViewAsBar(): ReactElement | null {
  const userId = useViewAs();
  return userId === undefined ? null : <Bar userId={userId} />;
}

function Bar({ userId }: { userId: string }): ReactElement {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const person = useQuery(trpc.users.get.queryOptions({ id: userId }));
  return (
    <section className="view-as-bar" aria-label={mViewAs.begin()}>
      <p>
        <Eye size={16} aria-hidden />
        <span>{mViewAs.bar({ name: person.data?.name ?? mViewAs.somebody() })}</span>
      </p>
      <Button size="small" onClick={() => void navigate({ to: "/users/$userId", params: { userId } })}>
        {mViewAs.end()}
      </Button>
    </section>
  );
}
