import { originOf } from "../../connection/connection-address.ts";
import { DomainError, isDomainError } from "../../error/domain-error.ts";
import { Secret } from "../../secret.ts";
import type { SecretReferences, SecretSource } from "../../connection/secret-references.ts";
import { connectionItemSchema, type ConnectionItem } from "../document-schema.ts";
import type { LitellmModel } from "./litellm-schema.ts";
import { splitModel, type LitellmProvider } from "./litellm-providers.ts";

/** One connection that entries of the file share: the same place, the same key. */
export type Endpoint = {
  readonly slug: string;
  readonly provider: LitellmProvider;
  readonly url: string;
  readonly apiVersion: string | null;
  readonly secrets: SecretReferences;
  readonly upstreamIds: Set<string>;
  /** Names of the models behind Azure's deployments. */
  readonly baseModels: Map<string, string>;
  /** Lists whatever the endpoint has. */
  isOpen: boolean;
};

/** Where the entries of a file lead. */
export class LitellmEndpoints {
  readonly notes: string[] = [];
  readonly #byKey = new Map<string, Endpoint>();
  readonly #secrets: SecretSource;
  /** Keys that stand in the file itself, under the reference that they have for the length of this import. */
  readonly #inline = new Map<string, string>();

  constructor(secrets: SecretSource) {
    this.#secrets = secrets;
  }

  all(): readonly Endpoint[] {
    return [...this.#byKey.values()];
  }

  /** The source of secrets for this import: the file's own beside the server's. */
  get source(): SecretSource {
    return {
      resolve: async (reference) => {
        const inline = this.#inline.get(reference);
        return inline === undefined ? this.#secrets.resolve(reference) : new Secret(inline);
      },
      // the file's own are nowhere once the import is over
      keep: async (reference) => this.#inline.get(reference) ?? this.#secrets.keep(reference),
    };
  }

  /** @throws DomainError `invalid_input` for a provider or an address that cannot be used. */
  async place(entry: LitellmModel): Promise<{ readonly endpoint: Endpoint; readonly upstreamId: string }> {
    const { litellm_params: params, model_info: info } = entry;
    const { prefix, provider, upstreamId } = splitModel(params.model, params.custom_llm_provider);
    if (provider === undefined) {
      throw new DomainError(
        "invalid_input",
        `LiteLLM's provider "${prefix}" speaks a language that is not spoken here; put an OpenAI-compatible server before it.`,
      );
    }
    const url = await this.#readUrl(params.api_base ?? params.base_url, provider, prefix);
    const secrets = await this.#readSecrets(entry);
    const apiVersion = provider.kind === "azure-openai" ? (params.api_version ?? null) : null;
    const key = JSON.stringify([provider.kind, url, apiVersion, secrets]);
    const endpoint = this.#byKey.get(key) ?? this.#add(key, { provider, url, apiVersion, secrets, prefix });
    if (upstreamId === "*" || upstreamId.endsWith("/*")) endpoint.isOpen = true;
    else endpoint.upstreamIds.add(upstreamId);
    if (info?.base_model) endpoint.baseModels.set(upstreamId, info.base_model.replace(/^azure\//u, ""));
    return { endpoint, upstreamId };
  }

  #add(
    key: string,
    fields: Pick<Endpoint, "provider" | "url" | "apiVersion" | "secrets"> & { readonly prefix: string },
  ): Endpoint {
    const { prefix, ...rest } = fields;
    const wanted = `litellm-${prefix.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-")}`
      .slice(0, 28)
      .replace(/(?<!-)-+$/u, "");
    const taken = new Set(this.all().map(({ slug }) => slug));
    let slug = wanted;
    for (let number = 2; taken.has(slug); number += 1) slug = `${wanted}-${number}`;
    const endpoint = {
      ...rest,
      slug,
      upstreamIds: new Set<string>(),
      baseModels: new Map<string, string>(),
      isOpen: false,
    };
    this.#byKey.set(key, endpoint);
    return endpoint;
  }

  async #readUrl(
    said: string | null | undefined,
    { url, kind }: LitellmProvider,
    prefix: string,
  ): Promise<string> {
    const variable = said?.startsWith("os.environ/") === true ? said : undefined;
    const found =
      variable === undefined ? (said ?? url) : (await this.#secrets.resolve(toReference(variable))).reveal();
    if (found === null || !URL.canParse(found)) {
      throw new DomainError(
        "invalid_input",
        `litellm_params.api_base: is needed for "${prefix}", as an http or https address.`,
      );
    }
    // Ollama's own language is meant, not the OpenAI face under /v1
    return kind === "ollama" ? originOf(found) : found.replace(/(?<!\/)\/+$/u, "");
  }

  async #readSecrets({ litellm_params: params }: LitellmModel): Promise<SecretReferences> {
    const key = params.api_key ? await this.#readSecret("api_key", params.api_key) : undefined;
    const headers: [string, string][] = [];
    for (const [name, value] of Object.entries(params.extra_headers ?? {})) {
      const reference = await this.#readSecret(`extra_headers.${name}`, value);
      if (reference !== undefined) headers.push([name, reference]);
    }
    return {
      ...(key !== undefined && { key }),
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    };
  }

  async #readSecret(field: string, value: string): Promise<string | undefined> {
    if (!value.startsWith("os.environ/")) {
      const known = [...this.#inline].find(([, secret]) => secret === value)?.[0];
      if (known !== undefined) return known;
      const reference = `env:LITELLM_FILE_SECRET_${this.#inline.size + 1}`;
      this.#inline.set(reference, value);
      this.notes.push(
        `litellm_params.${field}: a secret stands in the file itself. It is stored encrypted; delete the file, or replace the secret.`,
      );
      return reference;
    }
    const reference = toReference(value);
    try {
      await this.#secrets.resolve(reference);
      return reference;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.#note(`litellm_params.${field}: ${error.message} Enter the secret on the connection.`);
      return undefined;
    }
  }

  #note(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }
}

/** The connection of an endpoint as a document says it. */
export function toConnectionOf(endpoint: Endpoint): ConnectionItem {
  const { slug, provider, url, apiVersion, secrets, upstreamIds, baseModels, isOpen } = endpoint;
  const hasSecrets = secrets.key !== undefined || secrets.headers !== undefined;
  const common = { slug, name: `${slug} (${new URL(url).host})`, url, ...(hasSecrets && { secrets }) };
  if (provider.kind === "azure-openai") {
    const deployments = [...upstreamIds].map((name) => ({ name, model: baseModels.get(name) ?? null }));
    return connectionItemSchema.parse({
      ...common,
      provider: "azure-openai",
      authType: "api-key",
      azure: { apiVersion, deployments },
    });
  }
  const ids = [...upstreamIds];
  return connectionItemSchema.parse({
    ...common,
    provider: provider.kind,
    authType: secrets.key === undefined ? (secrets.headers === undefined ? "none" : "headers") : "bearer",
    // what the file lists, without asking: as LiteLLM does it
    models: isOpen || ids.length === 0 ? { mode: "all" } : { mode: "static", ids },
  });
}

function toReference(value: string): string {
  return `env:${value.slice("os.environ/".length)}`;
}
