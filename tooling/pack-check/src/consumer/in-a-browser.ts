import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";

/* Type-checked without Node's types: a browser has none of Node's globals. */

export async function readAloud(
  baseUrl: string,
  model: string,
  speak: (text: string) => void,
): Promise<void> {
  const provider = baseUrl.endsWith("/v1")
    ? createOpenAIProvider({ baseUrl })
    : createOllamaProvider({ baseUrl });
  const signal = AbortSignal.timeout(60_000);
  const { batches } = await provider.streamChat(
    { model, messages: [{ role: "user", content: "Hello" }], params: {} },
    { signal },
  );
  for await (const batch of batches)
    for (const part of batch) if (part.type === "text-delta") speak(part.text);
}
