import { type Answer, AnswerError } from "../server/answer.ts";
import { openAIJson, type OpenAIState } from "./openai-state.ts";
import { openAIProfiles } from "./openai-profiles.ts";
import type { OpenAIProfile } from "./profiles/openai-profile.ts";

/** A deployment to serve; its model decides which parameters it refuses. */
export type SimulatedAzureDeployment = {
  name: string;
  /** A base model, such as `gpt-4o`. */
  model: string;
  /** Default `2024-11-20`. */
  version?: string;
  /** Default `["chat"]`. */
  kinds?: ("chat" | "embedding" | "completion")[];
  /** Default `OpenAI`. */
  format?: string;
  /** Default `Succeeded`; with any other the manager lists it, and calls find nothing. */
  provisioningState?: string;
};

/** Where content filters report: nowhere, in each chunk before it is sent, or in chunks of their own afterwards. */
export type AzureFilters = "off" | "sync" | "async";

/** Where the resource is, for Azure Resource Manager. */
export type AzureResource = { subscriptionId: string; resourceGroup: string; account: string };

/** Whether a token is one that was given out for this scope and is still good. */
export type TokenCheck = (token: string, scope: string) => boolean;

/** All that the routes of one simulated resource share. */
export type AzureState = {
  openai: OpenAIState;
  deployments: SimulatedAzureDeployment[];
  apiKey: string | undefined;
  checkToken: TokenCheck | undefined;
  filters: AzureFilters;
  apiVersions: string[];
  resource: AzureResource;
  /** Deployments on one page of the manager's list. */
  pageSize: number;
  /** Whether the undocumented list of deployments is still there. */
  listsDeployments: boolean;
  /** The manager's own address, for links to further pages. */
  origin: () => string;
};

/** Models speak as OpenAI's do; the gateway before them has an error form of its own. */
export const azureProfile: OpenAIProfile = {
  ...openAIProfiles.openai,
  hasOpenAIHeaders: false,
  extras: { system_fingerprint: "fp_51mulated00" },
};

/** Leaves the route with an error of the gateway: codes are texts, and there is no type. */
export function azureError(
  status: number,
  { code, message, ...more }: { code: string; message: string; [field: string]: unknown },
): AnswerError {
  return new AnswerError(message, withHeaders(openAIJson({ error: { code, message, ...more } }, status)));
}

/** The headers that Azure's gateway adds. */
export function withHeaders(answer: Answer, more: { [name: string]: string } = {}): Answer {
  if (answer.kind !== "whole" && answer.kind !== "stream") return answer;
  const own = { "apim-request-id": "51mulated-apim-request", "x-ms-region": "Simulated Central" };
  return { ...answer, headers: { ...answer.headers, ...own, ...more } };
}

export function notFound(): AnswerError {
  return azureError(404, { code: "404", message: "Resource not found" });
}
