import type { ReactElement } from "react";

import { mModel } from "../../messages/model.ts";
import { Combobox } from "../../ui/combobox.tsx";
import { useModelSearch } from "../model-search/use-model-search.ts";

type BaseModelFieldProps = {
  value: string | null;
  onValueChange: (id: string | null) => void;
  /** The model itself cannot be its own base. */
  ownId: string;
  isMissing: boolean;
  error: string | undefined;
  isReadOnly: boolean;
};

export function BaseModelField(props: BaseModelFieldProps): ReactElement {
  const { value, onValueChange, ownId, isMissing, error, isReadOnly } = props;
  const search = useModelSearch({ without: ownId });
  return (
    <Combobox
      label={mModel.base()}
      placeholder={mModel.basePlaceholder()}
      options={search}
      value={value === null ? null : { value, label: isMissing ? mModel.baseNotFound({ id: value }) : value }}
      onValueChange={(option) => onValueChange(option?.value ?? null)}
      error={error}
      isDisabled={isReadOnly}
    />
  );
}
