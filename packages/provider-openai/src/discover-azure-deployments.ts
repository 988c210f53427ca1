import {
  DomainError,
  type CallOptions,
  type CapabilityName,
  type JsonObject,
  type JsonValue,
} from "@corral/core";
import type { ModelFacts, ProviderModel, ProviderModelList } from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  assertOutboundUrl,
  invalidResponse,
  toModelList,
  UpstreamEndpoint,
} from "@corral/provider-kit";
import type { AzureDiscovery, AzureOpenAIProviderSettings } from "./azure-settings.ts";
import { openaiDefaults } from "./openai-settings.ts";

/** More pages than a resource has deployments; a bound in case a link leads in circles. */
const maxPages = 50;

/** A resource's deployments, asked of Azure Resource Manager. */
export type AzureManager = {
  listDeployments(options: CallOptions): Promise<ProviderModelList>;
  close(): Promise<void>;
};

/** @throws DomainError `invalid_input` for names that Azure cannot have, `outbound_denied` for the manager's address. */
export function createAzureManager(
  discovery: AzureDiscovery,
  { timeouts, retries }: Pick<AzureOpenAIProviderSettings, "timeouts" | "retries">,
): AzureManager {
  const { origin } = assertOutboundUrl(discovery.managementUrl ?? "https://management.azure.com");
  const endpoint = new UpstreamEndpoint({
    baseUrl: origin,
    auth: { type: "entra", getToken: discovery.getToken, scope: `${origin}/.default` },
    transport: discovery.transport,
    timeouts,
    retries,
    defaults: openaiDefaults,
  });
  const first = `${toAccountPath(discovery)}/deployments?api-version=${discovery.apiVersion ?? "2023-05-01"}`;
  return {
    async listDeployments({ signal }) {
      const entries: JsonValue[] = [];
      let path: string | undefined = first;
      for (let page = 0; page < maxPages && path !== undefined; page += 1) {
        const answer = asObject(await endpoint.json({ path, pace: "list", signal }));
        if (!Array.isArray(answer?.["value"])) throw invalidResponse("The answer is no list of deployments.");
        entries.push(...asArray(answer["value"]).filter(isReady));
        path = toNextPath(asText(answer["nextLink"]), origin);
      }
      return toModelList(entries, toModel);
    },
    close: () => endpoint.close(),
  };
}

const nameRules = {
  subscriptionId: /^[\da-z-]{1,64}$/iu,
  // Azure: letters, digits, -, _, parentheses and dots, not ending with a dot
  resourceGroup: /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
  account: /^[\da-z][\w.-]{0,62}[\da-z]$/iu,
} as const;

function toAccountPath(discovery: AzureDiscovery): string {
  const { subscriptionId, resourceGroup, account } = discovery;
  for (const name of ["subscriptionId", "resourceGroup", "account"] as const) {
    if (nameRules[name].test(discovery[name])) continue;
    throw new DomainError("invalid_input", `No ${name} of Azure is called so.`, { details: { param: name } });
  }
  if (discovery.apiVersion !== undefined && !/^[\d-]{10}(?:-preview)?$/u.test(discovery.apiVersion)) {
    throw new DomainError("invalid_input", "The manager's api-version must be a date such as 2023-05-01.");
  }
  const group = encodeURIComponent(resourceGroup);
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.CognitiveServices/accounts/${account}`;
}

/** The token goes nowhere but to the manager. */
function toNextPath(link: string | undefined, origin: string): string | undefined {
  if (link === undefined) return undefined;
  const url = URL.canParse(link, origin) ? new URL(link, origin) : undefined;
  if (url?.origin === origin) return url.pathname + url.search;
  throw invalidResponse("The list of deployments goes on at another place, where Corral does not follow.");
}

/** What is still being made, or was never finished, answers to nobody. */
function isReady(entry: JsonValue): boolean {
  return (
    asText(asObject(asObject(entry)?.["properties"])?.["provisioningState"])?.toLowerCase() === "succeeded"
  );
}

function toModel(entry: JsonValue): ProviderModel | undefined {
  const item = asObject(entry);
  const id = asText(item?.["name"]);
  return item === undefined || id === undefined ? undefined : { id, facts: factsOf(item) };
}

function factsOf(item: JsonObject): ModelFacts {
  const properties = asObject(item["properties"]);
  const model = asObject(properties?.["model"]);
  const able = asObject(properties?.["capabilities"]) ?? {};
  const facts = {
    capabilities: capabilitiesOf(able),
    contextLength: countOf(able["maxContextToken"]),
    maxOutputTokens: countOf(able["maxOutputToken"]),
    family: asText(model?.["name"]),
    ownedBy: asText(model?.["format"]),
    modifiedAt: instantOf(asObject(item["systemData"])?.["lastModifiedAt"]),
  };
  // safe: what is left has no undefined
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ModelFacts;
}

/** Azure's words for what we have a word for. */
const capabilityFlags = [
  ["chatCompletion", "completion"],
  ["embeddings", "embedding"],
  ["imageGenerations", "image"],
] as const satisfies readonly (readonly [string, CapabilityName])[];

/** Flags are texts: `"true"`. What Azure does not speak of, tools for example, stays unknown. */
function capabilitiesOf(able: JsonObject): readonly CapabilityName[] | undefined {
  const names = capabilityFlags.flatMap(([flag, name]) =>
    able[flag] === "true" || able[flag] === true ? [name] : [],
  );
  return names.length === 0 ? undefined : names;
}

function countOf(value: JsonValue | undefined): number | undefined {
  const count = typeof value === "string" && /^\d{1,9}$/u.test(value) ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

function instantOf(value: JsonValue | undefined): string | undefined {
  const text = asText(value);
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}
