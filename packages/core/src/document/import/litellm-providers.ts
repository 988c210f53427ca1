import type { ProviderKind } from "../../connection/connection-endpoint.ts";

/** Which kind of connection speaks a provider's language, and where it is unless the file says otherwise. */
export type LitellmProvider = { readonly kind: ProviderKind; readonly url: string | null };

const openai = (url: string | null): LitellmProvider => ({ kind: "openai", url });

/** By LiteLLM's prefix. Those that speak a language of their own are not here. */
const providers: Readonly<Record<string, LitellmProvider>> = {
  openai: openai("https://api.openai.com/v1"),
  "text-completion-openai": openai("https://api.openai.com/v1"),
  custom_openai: openai(null),
  openai_like: openai(null),
  hosted_vllm: openai(null),
  lm_studio: openai(null),
  llamafile: openai("http://127.0.0.1:8080/v1"),
  litellm_proxy: openai(null),
  groq: openai("https://api.groq.com/openai/v1"),
  mistral: openai("https://api.mistral.ai/v1"),
  deepseek: openai("https://api.deepseek.com/v1"),
  openrouter: openai("https://openrouter.ai/api/v1"),
  together_ai: openai("https://api.together.xyz/v1"),
  xai: openai("https://api.x.ai/v1"),
  fireworks_ai: openai("https://api.fireworks.ai/inference/v1"),
  perplexity: openai("https://api.perplexity.ai"),
  nvidia_nim: openai("https://integrate.api.nvidia.com/v1"),
  cerebras: openai("https://api.cerebras.ai/v1"),
  azure: { kind: "azure-openai", url: null },
  azure_text: { kind: "azure-openai", url: null },
  ollama: { kind: "ollama", url: "http://127.0.0.1:11434" },
  ollama_chat: { kind: "ollama", url: "http://127.0.0.1:11434" },
};

/**
 * The provider and the model's own id behind `<provider>/<model>`.
 *
 * @returns `provider: undefined` for one whose language is not spoken here.
 */
export function splitModel(
  model: string,
  custom: string | null | undefined,
): { readonly prefix: string; readonly provider: LitellmProvider | undefined; readonly upstreamId: string } {
  const slash = model.indexOf("/");
  const first = slash === -1 ? "" : model.slice(0, slash);
  const find = (name: string) => (Object.hasOwn(providers, name) ? providers[name] : undefined);
  if (custom) {
    const upstreamId = first === custom ? model.slice(slash + 1) : model;
    return { prefix: custom, provider: find(custom), upstreamId };
  }
  if (slash === -1) return { prefix: "openai", provider: find("openai"), upstreamId: model };
  return { prefix: first, provider: find(first), upstreamId: model.slice(slash + 1) };
}
