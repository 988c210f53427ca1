import type { ParamMode } from "@corral/core";
import type { ReactElement } from "react";

import { mModel } from "../../messages/model.ts";
import { findIssue } from "../../lib/problem.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import type { EditorProps } from "./model-form.tsx";
import { groupNames, type ParamGroup, paramGroups } from "./param-fields.ts";
import { ParamRow } from "./param-row.tsx";

const openAtFirst: ReadonlySet<ParamGroup> = new Set(["sampling", "length"]);

/** What is not set is not sent, and says so. */
export function ParamsSection(props: EditorProps): ReactElement {
  return (
    <>
      {groupNames.map((group) => {
        const count = Object.keys(paramGroups[group]).filter(
          (name) => props.draft.params[name] !== undefined,
        );
        return (
          <Disclosure
            key={group}
            isInitiallyOpen={openAtFirst.has(group) || count.length > 0}
            label={
              <>
                {mModel.group[group]()}
                {count.length > 0 && (
                  <span className="font-body text-ink-muted">{mModel.setCount({ count: count.length })}</span>
                )}
              </>
            }
          >
            <Group group={group} {...props} />
          </Disclosure>
        );
      })}
    </>
  );
}

function Group({
  group,
  draft,
  onChange,
  onInvalid,
  problem,
  isReadOnly,
}: EditorProps & { group: ParamGroup }): ReactElement {
  const setValue = (name: string, value: unknown): void => {
    const { [name]: _value, ...params } = draft.params;
    const { [name]: mode, ...paramModes } = draft.paramModes;
    onChange({
      params: value === undefined ? params : { ...params, [name]: value },
      // A mode without a value would bind nothing, or cap what nobody has set.
      paramModes: value === undefined || mode === undefined ? paramModes : { ...paramModes, [name]: mode },
    });
  };
  const setMode = (name: string, mode: ParamMode): void =>
    onChange({ paramModes: { ...draft.paramModes, [name]: mode } });
  return (
    <div className="grid gap-3">
      {Object.entries(paramGroups[group]).map(([name, field]) => (
        <ParamRow
          key={name}
          name={name}
          field={field}
          value={draft.params[name]}
          onValueChange={(value) => setValue(name, value)}
          mode={draft.paramModes[name] ?? "default"}
          onModeChange={(mode) => setMode(name, mode)}
          onInvalid={(isInvalid) => onInvalid(name, isInvalid)}
          error={findIssue(problem, "params", name) ?? findIssue(problem, "paramModes", name)}
          isReadOnly={isReadOnly}
        />
      ))}
    </div>
  );
}
