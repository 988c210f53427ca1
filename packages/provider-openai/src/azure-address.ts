import { DomainError } from "@corral/core";
import { assertOutboundUrl } from "@corral/provider-kit";

/** Where an Azure resource takes calls. */
export type AzureAddress = {
  /** Ends with `/openai`; both surfaces, and the list of deployments, are below it. */
  readonly root: string;
  /** The one that the address names, when it is that of a deployment. */
  readonly deployment: string | undefined;
} & (
  | {
      /** A path for each deployment. */
      readonly surface: "classic";
      /** A date. */
      readonly apiVersion: string;
    }
  | {
      /** Deployments are named in the body. */
      readonly surface: "v1";
      readonly apiVersion: "v1" | "preview" | undefined;
    }
);

/** One label of the domain name system: anything else could name another host. */
const resourceName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/iu;
const datedVersion = /^\d{4}-\d{2}-\d{2}(?:-preview)?$/u;
/** What may follow `openai` in what people paste. */
const known =
  /^(?:(?:v1|deployments\/[^/]+)(?:\/(?:chat\/completions|completions|embeddings|responses|models))?|responses|models|deployments)?$/u;

/**
 * Understands what people paste: the name of a resource, its endpoint, a project's endpoint, the base URL of the v1
 * surface, or the target URI of one deployment with its `?api-version=`.
 *
 * @param apiVersion Wins over the address's own. A dated one means the classic surface, none the v1 surface.
 * @throws DomainError `invalid_input` when address and api-version do not fit, `outbound_denied` for an address that
 *   must not be called.
 */
export function toAzureAddress(baseUrl: string, apiVersion?: string): AzureAddress {
  const { url, pastedVersion } = toUrl(baseUrl);
  const { prefix, isV1, deployment } = readPath(url.pathname);
  const place = { root: `${url.origin}${prefix}/openai`, deployment };
  const version = apiVersion ?? pastedVersion ?? "";
  if (datedVersion.test(version)) {
    if (!isV1) return { ...place, surface: "classic", apiVersion: version };
    throw invalid(
      "The address ends with /openai/v1, which takes no dated api-version: remove one of the two.",
    );
  }
  if (version !== "" && version !== "v1" && version !== "preview") {
    throw invalid("The api-version must be a date such as 2024-10-21 or 2025-04-01-preview, or absent.");
  }
  if (deployment !== undefined) {
    throw invalid("The address is that of a deployment, which needs a dated api-version such as 2024-10-21.");
  }
  return { ...place, surface: "v1", apiVersion: version === "" ? undefined : version };
}

/** A route below {@link AzureAddress.root}. @throws DomainError `invalid_input` for a name that no deployment can have */
export function toAzurePath(address: AzureAddress, route: string, deployment?: string): string {
  const query = address.apiVersion === undefined ? "" : `?api-version=${address.apiVersion}`;
  if (address.surface === "v1") return `/v1${route}${query}`;
  const isPrefixed = deployment !== undefined && route !== "/responses";
  const place = !isPrefixed ? "" : `/deployments/${toDeploymentSegment(deployment)}`;
  return place + route + query;
}

function toUrl(baseUrl: string): { readonly url: URL; readonly pastedVersion: string | undefined } {
  const text = baseUrl.trim();
  if (resourceName.test(text)) {
    return { url: new URL(`https://${text.toLowerCase()}.openai.azure.com`), pastedVersion: undefined };
  }
  if (!text.includes("://")) {
    throw invalid(
      "The address is neither a URL nor the name of a resource: letters, digits and inner hyphens.",
    );
  }
  const pasted = /^([^?#]*)\?api-version=([^&#]*)$/u.exec(text);
  const url = assertOutboundUrl(pasted?.[1] ?? text);
  if (url.protocol === "http:" && /\.azure\.(?:com|us|cn)$/u.test(url.hostname)) {
    throw invalid("Azure's own hosts are called by https only: the key would travel in clear.");
  }
  return { url, pastedVersion: pasted?.[2] };
}

type AzurePath = {
  /** What stands before `/openai`. */
  readonly prefix: string;
  readonly isV1: boolean;
  readonly deployment: string | undefined;
};

/** By whole segments: a deployment or a proxy's path may well contain the words. */
function readPath(pathname: string): AzurePath {
  const segments = pathname.split("/").filter((segment) => segment !== "");
  const toPath = (end: number): string =>
    segments
      .slice(0, end)
      .map((segment) => `/${segment}`)
      .join("");
  const at = segments.findIndex(
    (segment, index) => segment === "openai" && known.test(segments.slice(index + 1).join("/")),
  );
  if (at < 0) return { prefix: toPath(segments.length), isV1: false, deployment: undefined };
  const [next, name] = segments.slice(at + 1);
  return {
    prefix: toPath(at),
    isV1: next === "v1",
    deployment: next === "deployments" && name !== undefined ? decodeSegment(name) : undefined,
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid("The deployment's name in the address is not well encoded.");
  }
}

/** Azure allows letters, digits, `-`, `_` and `.`; proxies before it a little more. None of it can end a segment. */
const deploymentName = /^[A-Za-z\d][\w .:@+-]{0,127}$/u;

export function isDeploymentName(name: string): boolean {
  return deploymentName.test(name);
}

/**
 * The path segment of a deployment.
 *
 * @throws DomainError `invalid_input` for a name that no deployment can have: a server in between may decode `%2F` or
 *   drop `..`, so that an encoded name would still leave its segment.
 */
function toDeploymentSegment(name: string): string {
  if (isDeploymentName(name)) return encodeURIComponent(name);
  throw new DomainError(
    "invalid_input",
    "A deployment's name has letters, digits, hyphens, underscores and dots, and begins with a letter or digit.",
    { details: { param: "model" } },
  );
}

function invalid(message: string): DomainError {
  return new DomainError("invalid_input", message);
}
