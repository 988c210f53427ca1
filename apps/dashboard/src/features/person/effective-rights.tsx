import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { mPerson } from "../../messages/person.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Mark } from "../../ui/mark.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";

type Effective = ApiOutputs["access"]["effective"];
type Stated = Effective["permissions"][number];

/** What somebody may do apart from any single model, and where each right comes from. */
export function EffectiveRights({ userId }: { userId: string }): ReactElement {
  const trpc = useTRPC();
  const effective = useQuery(trpc.access.effective.queryOptions({ userId }));
  return (
    <section className="form-section" aria-label={mPerson.rights()}>
      <h2>{mPerson.rights()}</h2>
      <QueryRegion query={effective} failed={mPerson.rightsLoadFailed()}>
        {(access) => (
          <div className="stack gap-3">
            <Reach access={access} />
            <ul className="rights">
              {access.permissions.map((stated) => (
                <Right key={stated.permission} stated={stated} />
              ))}
            </ul>
          </div>
        )}
      </QueryRegion>
    </section>
  );
}

/** What no list of rights says. */
function Reach({ access }: { access: Effective }): ReactElement | null {
  const { role, status, bypass } = access;
  if (status === "suspended") return <p className="text-ink-muted">{mPerson.rightsSuspended()}</p>;
  if (role === "pending") return <p className="text-ink-muted">{mPerson.rightsPending()}</p>;
  if (role !== "admin") return <p className="text-ink-muted">{mPerson.rightsHint()}</p>;
  return <p className="text-ink-muted">{bypass ? mPerson.rightsBypass() : mPerson.rightsNoBypass()}</p>;
}

function Right({ stated: { permission, allowed, sources } }: { stated: Stated }): ReactElement {
  return (
    <li>
      <Mark state={allowed ? "good" : "bad"} label={allowed ? mPerson.may() : mPerson.mayNot()} />
      <span>
        {mPerson.permission[permission]()} <span className="mono text-ink-muted">{permission}</span>
      </span>
      <span className="text-ink-muted">
        {sources.length > 0 ? format.list(sources.map(nameSource)) : mPerson.noSource()}
      </span>
    </li>
  );
}

function nameSource(source: Stated["sources"][number]): string {
  switch (source.kind) {
    case "group":
      return mPerson.source.group({ name: source.group.name });
    case "administrator":
    case "default":
    default:
      return mPerson.source[source.kind]();
  }
}
