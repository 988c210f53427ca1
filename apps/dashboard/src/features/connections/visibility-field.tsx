import type { ExplicitAccess } from "@corral/access-control";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useTRPC } from "../../trpc.ts";
import { RadioGroup } from "../../ui/choices.tsx";
import { MultiCombobox } from "../../ui/combobox.tsx";

type VisibilityFieldProps = {
  value: ExplicitAccess;
  onChange: (value: ExplicitAccess) => void;
  error: string | undefined;
};

const nobody = { groupIds: [], userIds: [] };

/** Who sees the models of a connection that have no settings of their own. */
export function VisibilityField({ value, onChange, error }: VisibilityFieldProps): ReactElement {
  const trpc = useTRPC();
  const isRestricted = value.kind === "restricted";
  const groups = useQuery(trpc.groups.list.queryOptions(undefined, { enabled: isRestricted }));
  const names = new Map(groups.data?.groups.map((group) => [group.id, group.name]));
  const chosen = isRestricted ? value.read.groupIds : [];
  const toOption = (id: string) => ({ value: id, label: names.get(id) ?? m.access.unknownGroup() });

  const setKind = (kind: ExplicitAccess["kind"]): void => {
    if (kind === "restricted") onChange({ kind, read: nobody, write: nobody });
    else onChange({ kind });
  };
  return (
    <>
      <RadioGroup
        label={m.connections.visibility()}
        value={value.kind}
        onValueChange={setKind}
        error={error}
        options={[
          { value: "private", label: m.connections.visibilityPrivate() },
          { value: "restricted", label: m.connections.visibilityGroups() },
          { value: "public", label: m.access.everyone() },
        ]}
      />
      {isRestricted && (
        <MultiCombobox
          label={m.connections.visibilityChosen()}
          options={[...names.keys()].map(toOption)}
          value={chosen.map(toOption)}
          onValueChange={(options) =>
            onChange({ ...value, read: { ...value.read, groupIds: options.map((option) => option.value) } })
          }
        />
      )}
    </>
  );
}
