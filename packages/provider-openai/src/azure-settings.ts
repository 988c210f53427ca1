import type { GetToken, HttpTransport } from "@corral/provider-kit";
import type { OpenAIProviderSettings } from "./openai-settings.ts";

/** `baseUrl` is a resource's name or endpoint, a Foundry project's endpoint, or the target URI of a deployment. */
export type AzureOpenAIProviderSettings = Omit<OpenAIProviderSettings, "server"> & {
  /** E.g. `2024-10-21`: the classic surface. Absent: the v1 surface. */
  readonly apiVersion?: string;
  /** By hand; absent: discovered. */
  readonly deployments?: readonly AzureDeployment[];
  /** Azure Resource Manager. */
  readonly discovery?: AzureDiscovery;
};

/** A deployment, and the base model behind it, whose rules hold: a deployment's name says nothing. */
export type AzureDeployment = { readonly name: string; readonly model?: string };

/** How to ask Azure Resource Manager which deployments there are. Needs the role Reader on the resource. */
export type AzureDiscovery = {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly account: string;
  /** Asked for tokens of the manager's own scope, `<managementUrl>/.default`. */
  readonly getToken: GetToken;
  /** Default: `https://management.azure.com`. Sovereign clouds have their own. */
  readonly managementUrl?: string;
  readonly apiVersion?: string;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
};
