import type { Secret } from "@corral/core";
import type { Authorize } from "../transport/authorize.ts";
import { createTokenAuthorize } from "./token-authorize.ts";

/**
 * Gives an access token, e.g. by `@azure/identity`. Called for every request, so it caches and renews early by itself;
 * `refresh` says that the endpoint has refused the last one, and asks for another than the cached one.
 */
export type GetToken = (need: {
  readonly refresh: boolean;
  readonly signal: AbortSignal;
  readonly scope: string;
}) => Promise<string>;

/** How a provider proves who it is. Headers of other names are given as `headers`. */
export type ProviderAuth =
  | { readonly type: "none" }
  /** `Authorization: Bearer …` */
  | { readonly type: "bearer"; readonly key: Secret | string }
  /** The header `api-key`, as Azure has it. */
  | { readonly type: "api-key"; readonly key: Secret | string }
  /** Microsoft Entra ID. The scope by default is that of Azure's public cloud. */
  | { readonly type: "entra"; readonly getToken: GetToken; readonly scope?: string };

/** What Azure's own services in the public cloud accept tokens for. */
const cognitiveServicesScope = "https://cognitiveservices.azure.com/.default";

/** The headers that never change, what of them must not be printed, and the function for those that do. */
export type Credential = {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly authorize?: Authorize;
};

export function toCredential(auth: ProviderAuth = { type: "none" }): Credential {
  switch (auth.type) {
    case "none":
      return { headers: {}, secrets: [] };
    case "bearer":
      return keyCredential(auth.key, (key) => ({ authorization: `Bearer ${key}` }));
    case "api-key":
      return keyCredential(auth.key, (key) => ({ "api-key": key }));
    case "entra":
      return {
        headers: {},
        secrets: [],
        authorize: createTokenAuthorize(auth.getToken, auth.scope ?? cognitiveServicesScope),
      };
  }
}

/** An empty key is no key: `Bearer ` would be refused by servers that ask for nothing. */
function keyCredential(
  secret: Secret | string,
  toHeaders: (key: string) => Readonly<Record<string, string>>,
): Credential {
  const key = revealSecret(secret);
  return key === "" ? { headers: {}, secrets: [] } : { headers: toHeaders(key), secrets: [key] };
}

export function revealSecret(value: Secret | string): string {
  return typeof value === "string" ? value : value.reveal();
}
