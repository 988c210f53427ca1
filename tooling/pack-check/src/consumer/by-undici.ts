import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider } from "@corral/provider-ollama";

/* The optional transport, for Node 22.19 and later. Argument: the address of an Ollama. Prints the model's answer. */

const [baseUrl = ""] = process.argv.slice(2);
const ollama = createOllamaProvider({ baseUrl, transport: createUndiciTransport({ url: baseUrl }) });
const { completion } = await ollama.chat(
  { model: "llama3.2", messages: [{ role: "user", content: "Hello" }], params: {} },
  { signal: AbortSignal.timeout(20_000) },
);
process.stdout.write(completion.choices[0]?.text ?? "");
await ollama.close();
