import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createAzureOpenAIProvider, createOpenAIProvider } from "@corral/provider-openai";

/** A process of its own: calls a provider once and prints what it cost. Arguments: kind, URL, mode. */
const [kind, url = "", mode] = process.argv.slice(2);
const settings = { baseUrl: url, retries: { attempts: 1 }, transport: createUndiciTransport({ url }) };
const provider =
  kind === "ollama"
    ? createOllamaProvider(settings)
    : kind === "azure"
      ? createAzureOpenAIProvider(settings)
      : createOpenAIProvider(settings);
const request = { model: "any", messages: [{ role: "user" as const, content: "Hi" }], params: {} };
const options = { signal: new AbortController().signal };

// Code that runs for the first time costs too, and is not what is asked.
await call().catch(() => {});

const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage() };
let peak = before.rss;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
const code = await call().then(
  () => "answered",
  (error: unknown) => (error instanceof Error && "code" in error ? error.code : String(error)),
);
clearInterval(watch);
const cpu = process.cpuUsage(before.cpu);
peak = Math.max(peak, process.memoryUsage.rss());
process.stdout.write(
  JSON.stringify({ code, grownMiB: (peak - before.rss) / 2 ** 20, cpuMs: (cpu.user + cpu.system) / 1_000 }),
);
await provider.close();

async function call(): Promise<void> {
  if (mode === "whole") await provider.chat(request, options);
  else if (mode === "list") await provider.listModels(options);
  else for await (const _ of (await provider.streamChat(request, options)).batches);
}
