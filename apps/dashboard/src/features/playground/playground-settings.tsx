import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { Combobox } from "../../ui/combobox.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { useModelSearch } from "../model-search/use-model-search.ts";

/** `null` is not sent: the model's own settings decide. */
export type SentParams = { temperature: number | null; max_tokens: number | null };

type SettingsProps = {
  settings: SentParams;
  onChange: (settings: SentParams) => void;
  model: string;
  onModelChange: (id: string) => void;
};

/** What is asked, and with which parameters. */
export function PlaygroundSettings({
  settings,
  onChange,
  model,
  onModelChange,
}: SettingsProps): ReactElement {
  const search = useModelSearch({});
  return (
    <>
      <Combobox
        label={m.catalog.model()}
        placeholder={mModel.basePlaceholder()}
        options={search}
        value={model === "" ? null : { value: model, label: model }}
        onValueChange={(option) => onModelChange(option?.value ?? "")}
      />
      <NumberField
        label="temperature"
        value={settings.temperature}
        onValueChange={(temperature) => onChange({ ...settings, temperature })}
        min={0}
        max={2}
        step={0.1}
        placeholder={m.ui.notSet()}
      />
      <NumberField
        label="max_tokens"
        value={settings.max_tokens}
        onValueChange={(maxTokens) => onChange({ ...settings, max_tokens: maxTokens })}
        min={1}
        step={1}
        placeholder={m.ui.notSet()}
      />
    </>
  );
}
