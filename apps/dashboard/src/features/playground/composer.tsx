import { type KeyboardEvent, type ReactElement, useState } from "react";

import { mPlayground } from "../../messages/playground.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/text-area.tsx";

type ComposerProps = {
  isRunning: boolean;
  /** What has to be chosen before anything can be sent. */
  missing: string | undefined;
  onSend: (prompt: string) => void;
  onStop: () => void;
};

/** Enter sends, Shift and Enter starts a new line. */
export function Composer({ isRunning, missing, onSend, onStop }: ComposerProps): ReactElement {
  const [prompt, setPrompt] = useState("");
  const reason = missing ?? (prompt.trim() === "" ? mPlayground.writeFirst() : undefined);
  const send = (): void => {
    if (reason !== undefined || isRunning) return;
    onSend(prompt.trim());
    setPrompt("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && isRunning) onStop();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextArea
        label={mPlayground.message()}
        rows={2}
        value={prompt}
        onValueChange={setPrompt}
        onKeyDown={onKeyDown}
      />
      {isRunning ? (
        <Button onClick={onStop}>{mPlayground.stop()}</Button>
      ) : (
        <Button type="submit" variant="primary" disabledReason={reason}>
          {mPlayground.send()}
        </Button>
      )}
    </form>
  );
}
