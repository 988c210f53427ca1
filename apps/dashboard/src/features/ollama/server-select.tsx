import type { ReactElement } from "react";

import { mOllama } from "../../messages/ollama.ts";
import { Select } from "../../ui/select.tsx";
import type { OllamaServer } from "./fleet-screen.tsx";

type ServerSelectProps = {
  servers: readonly OllamaServer[];
  chosen: string;
  onChoose: (connectionUid: string) => void;
};

export function ServerSelect({ servers, chosen, onChoose }: ServerSelectProps): ReactElement {
  return (
    <Select
      label={mOllama.server()}
      value={chosen}
      onValueChange={onChoose}
      options={servers.map(({ connectionUid, name }) => ({ value: connectionUid, label: name }))}
    />
  );
}
