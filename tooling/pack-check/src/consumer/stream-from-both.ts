import { isDomainError, type Provider } from "@corral/core";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";

/*
 * What somebody who installed the packages would write. Arguments: the addresses of an Ollama and of an OpenAI server,
 * and the key of the latter. Prints what came, as JSON.
 */

const [ollamaUrl = "", openaiUrl = "", key = ""] = process.argv.slice(2);
const signal = AbortSignal.timeout(20_000);

const answers = {
  ollama: await ask(createOllamaProvider({ baseUrl: ollamaUrl }), "llama3.2"),
  openai: await ask(
    createOpenAIProvider({ baseUrl: openaiUrl, auth: { type: "bearer", key } }),
    "gpt-5-mini",
  ),
  failure: await askWithout(),
};
process.stdout.write(JSON.stringify(answers));

async function ask(provider: Provider, model: string) {
  const { models } = await provider.listModels({ signal });
  const { batches } = await provider.streamChat(
    { model, messages: [{ role: "user", content: "Hello, wörld 🐎" }], params: {} },
    { signal },
  );
  let text = "";
  let finish: string | undefined;
  for await (const batch of batches) {
    for (const part of batch) {
      if (part.type === "text-delta") text += part.text;
      if (part.type === "finish") finish = part.reason;
    }
  }
  const embedder = models.find(({ id }) => id.includes("embed"))?.id ?? "";
  const { embeddings } = await provider.embed({ model: embedder, input: ["a", "b"] }, { signal });
  await provider.close();
  return { text, finish, vectors: embeddings.length };
}

/** A wrong key: the error is one of the table, whichever copy of the package made it. */
async function askWithout(): Promise<string> {
  try {
    await createOpenAIProvider({ baseUrl: openaiUrl, auth: { type: "bearer", key: "sk-wrong" } }).checkHealth(
      { signal },
    );
    return "none";
  } catch (error) {
    return isDomainError(error) ? error.code : String(error);
  }
}
