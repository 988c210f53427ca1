import { lazy, type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mPlayground } from "../../messages/playground.ts";
import { createUrlCodec, textParam } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { Blank } from "../../ui/blank.tsx";
import { Button } from "../../ui/button.tsx";
import { Deferred } from "../../ui/deferred.tsx";
import { Composer } from "./composer.tsx";
import type { SentParams } from "./playground-settings.tsx";
import { TurnView } from "./turn-view.tsx";
import { useChat } from "./use-chat.ts";

const PlaygroundSettings = lazy(async () => {
  const { PlaygroundSettings } = await import("./playground-settings.tsx");
  return { default: PlaygroundSettings };
});

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
              {mPlayground.clear()}
            </Button>
          )
        }
      />
      <div className="playground">
        <div className="playground-settings">
          <Deferred>
            <PlaygroundSettings
              settings={settings}
              onChange={setSettings}
              model={state.m}
              onModelChange={(id) => update({ m: id })}
            />
          </Deferred>
        </div>
        <div className="conversation" role="log" aria-label={mPlayground.conversation()} aria-live="off">
          {chat.turns.length === 0 && <Blank>{mPlayground.empty()}</Blank>}
          {chat.turns.map((turn) => (
            <TurnView key={turn.id} turn={turn} />
          ))}
        </div>
        <Announcement turn={chat.turns.at(-1)} />
        <Composer
          isRunning={chat.isRunning}
          missing={state.m === "" ? mPlayground.chooseModel() : undefined}
          onSend={(prompt) => chat.send(prompt, { model: state.m, params })}
          onStop={chat.stop}
        />
      </div>
    </>
  );
}

/** Completion is announced, not each word. */
function Announcement({ turn }: { turn: { state: string; text: string } | undefined }): ReactElement {
  return (
    <output className="sr-only">{turn?.state === "done" && mPlayground.answered({ text: turn.text })}</output>
  );
}
