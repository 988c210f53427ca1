import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { NewKeyDialog } from "../keys/new-key-dialog.tsx";

type ApiKey = ApiOutputs["keys"]["getDefault"];

export function KeySection(): ReactElement {
  const trpc = useTRPC();
  const key = useQuery(trpc.keys.getDefault.queryOptions());
  return (
    <section className="stack gap-3" aria-label={mAccount.key()}>
      <h2>{mAccount.key()}</h2>
      <p className="text-ink-muted">{mAccount.keyHint()}</p>
      <QueryRegion query={key} failed={mAccount.loadFailed()}>
        {(current) => <KeyView current={current} />}
      </QueryRegion>
    </section>
  );
}

function KeyView({ current }: { current: ApiKey }): ReactElement {
  const { rights } = useSignedIn();
  const [asked, setAsked] = useState<"replace" | "delete">();
  const { create, remove, newKey, forget } = useKey(() => setAsked(undefined));
  const mayCreate = rights.has("keys.create");
  return (
    <div className="stack gap-3">
      {create.error && <ProblemBox title={mAccount.createFailed()} error={create.error} />}
      {remove.error && <ProblemBox title={mAccount.deleteFailed()} error={remove.error} />}
      {current && <KeyFacts apiKey={current} />}
      <div className="flex flex-wrap gap-2">
        <Button
          variant={current ? "secondary" : "primary"}
          isBusy={create.isPending}
          disabledReason={mayCreate ? undefined : m.app.denied({ right: "keys.create" })}
          onClick={() => (current ? setAsked("replace") : create.mutate())}
        >
          {current ? mAccount.replace() : mAccount.create()}
        </Button>
        {current && (
          <Button variant="danger" onClick={() => setAsked("delete")}>
            {mAccount.delete()}
          </Button>
        )}
      </div>
      <AlertDialog
        isOpen={asked !== undefined}
        onOpenChange={(isOpen) => !isOpen && setAsked(undefined)}
        title={asked === "delete" ? mAccount.deleteTitle() : mAccount.replaceTitle()}
        description={mAccount.endsHint()}
        confirmLabel={asked === "delete" ? mAccount.delete() : mAccount.replace()}
        isBusy={create.isPending || remove.isPending}
        onConfirm={() => (asked === "delete" ? remove.mutate() : create.mutate())}
      />
      <NewKeyDialog secret={newKey} onClose={forget} />
    </div>
  );
}

function KeyFacts({ apiKey }: { apiKey: NonNullable<ApiKey> }): ReactElement {
  const { masked, createdAt, lastUsedAt } = apiKey;
  return (
    <KeyValue
      items={[
        { label: mAccount.key(), value: masked, isMono: true },
        { label: mAccount.created(), value: format.dateTime(new Date(createdAt)) },
        {
          label: mAccount.lastUsed(),
          value: lastUsedAt === null ? mAccount.neverUsed() : format.relative(new Date(lastUsedAt)),
        },
      ]}
    />
  );
}

/** The new key lives in this component's state alone: never in the query cache, the address or storage. */
function useKey(onSettled: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [newKey, setNewKey] = useState<string>();
  const settle = async (): Promise<void> => {
    onSettled();
    await queries.invalidateQueries(trpc.keys.pathFilter());
  };
  const create = useMutation(
    trpc.keys.replaceDefault.mutationOptions({
      // Forgotten by the mutation cache as soon as it is shown.
      gcTime: 0,
      onSuccess: ({ key }) => setNewKey(key),
      onSettled: settle,
    }),
  );
  const remove = useMutation(trpc.keys.deleteDefault.mutationOptions({ onSettled: settle }));
  const forget = (): void => {
    setNewKey(undefined);
    create.reset();
  };
  return { create, remove, newKey, forget };
}
