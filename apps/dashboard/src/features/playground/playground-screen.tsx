import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { createUrlCodec, textParam } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { Blank } from "../../ui/blank.tsx";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { useModelSearch } from "../model-search/use-model-search.ts";
import { Composer } from "./composer.tsx";
import { TurnView } from "./turn-view.tsx";
import { useChat } from "./use-chat.ts";

const codec = createUrlCodec({ m: textParam() });

export function PlaygroundScreen(): ReactElement {
  const { state, update } = useUrlState(codec);
  const chat = useChat();
  const [settings, setSettings] = useState<SentParams>({ temperature: null, max_tokens: null });
  const params = {
    ...(settings.temperature !== null && { temperature: settings.temperature }),
    ...(settings.max_tokens !== null && { max_tokens: settings.max_tokens }),
  };
  return (
    <>
      <PageHeader
        title={m.nav.playground()}
        actions={
          chat.turns.length > 0 && (
            <Button variant="quiet" onClick={chat.clear}>
              {m.playground.clear()}
            </Button>
          )
        }
      />
      <div className="playground">
        <Settings
          settings={settings}
          onChange={setSettings}
          model={state.m}
          onModelChange={(id) => update({ m: id })}
        />
        <div className="conversation" role="log" aria-label={m.playground.conversation()} aria-live="off">
          {chat.turns.length === 0 && <Blank>{m.playground.empty()}</Blank>}
          {chat.turns.map((turn) => (
            <TurnView key={turn.id} turn={turn} />
          ))}
        </div>
        <Announcement turn={chat.turns.at(-1)} />
        <Composer
          isRunning={chat.isRunning}
          missing={state.m === "" ? m.playground.chooseModel() : undefined}
          onSend={(prompt) => chat.send(prompt, { model: state.m, params })}
          onStop={chat.stop}
        />
      </div>
    </>
  );
}

/** `null` is not sent: the model's own settings decide. */
type SentParams = { temperature: number | null; max_tokens: number | null };

type SettingsProps = {
  settings: SentParams;
  onChange: (settings: SentParams) => void;
  model: string;
  onModelChange: (id: string) => void;
};

function Settings({ settings, onChange, model, onModelChange }: SettingsProps): ReactElement {
  const search = useModelSearch({});
  return (
    <div className="playground-settings">
      <Combobox
        label={m.catalog.model()}
        placeholder={m.model.basePlaceholder()}
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
    </div>
  );
}

/** Completion is announced, not each word. */
function Announcement({ turn }: { turn: { state: string; text: string } | undefined }): ReactElement {
  return (
    <output className="sr-only">
      {turn?.state === "done" && m.playground.answered({ text: turn.text })}
    </output>
  );
}
