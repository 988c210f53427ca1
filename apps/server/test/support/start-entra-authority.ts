import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

/**
 * A local Microsoft Entra ID: the metadata and the tokens of one tenant, over TLS that this process trusts. It is the
 * Azure Resource Manager of one resource as well.
 */
export interface EntraAuthority extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the token requests, in order. */
  readonly asked: readonly URLSearchParams[];
  /** Every token that was given, in order. */
  readonly given: readonly string[];
  expiresInS: number;
  /** What the manager lists: names, and the models behind. */
  deployments: readonly (readonly [name: string, model: string])[];
}

export const entraApp = {
  tenantId: "contoso.example",
  clientId: "9b8f5c1a-0000-4000-8000-00000000000a",
  clientSecret: "cs-canary-0123456789abcdef",
} as const;

export async function startEntraAuthority(): Promise<EntraAuthority> {
  const { key, cert } = selfSignedCertificate();
  const trusted = getCACertificates("default");
  setDefaultCACertificates([...trusted, cert]);
  const asked: URLSearchParams[] = [];
  const given: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    void answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://localhost:${portOf(server)}`;
  const deployments: EntraAuthority["deployments"] = [];
  const authority = { url, asked, given, expiresInS: 3_600, deployments };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, tenant = "", ...path] = (request.url ?? "").split("/");
    const body = new URLSearchParams(await readText(request));
    const reply = (status: number, value: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (tenant === "subscriptions") {
      const isKnown = given.includes(request.headers.authorization?.slice("Bearer ".length) ?? "");
      reply(isKnown ? 200 : 401, { value: isKnown ? authority.deployments.map(toArmDeployment) : [] });
    } else if (tenant !== entraApp.tenantId) {
      reply(400, {
        error: "invalid_tenant",
        error_description: `AADSTS90002: Tenant '${tenant}' not found.`,
      });
    } else if (path.join("/").startsWith("v2.0/.well-known/openid-configuration")) {
      reply(200, metadataOf(url));
    } else {
      asked.push(body);
      const isKnown = body.get("client_secret") === entraApp.clientSecret || body.has("client_assertion");
      if (!isKnown) {
        const error_description = `AADSTS7000215: Invalid client secret provided: ${body.get("client_secret")}`;
        return void reply(401, { error: "invalid_client", error_description });
      }
      const access_token = `entra-canary-token-${given.length + 1}`;
      given.push(access_token);
      reply(200, { token_type: "Bearer", expires_in: authority.expiresInS, access_token });
    }
  }

  return Object.assign(authority, {
    async [Symbol.asyncDispose]() {
      setDefaultCACertificates(trusted);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

function toArmDeployment([name, model]: readonly [string, string]): object {
  const properties = {
    model: { format: "OpenAI", name: model, version: "1" },
    provisioningState: "Succeeded",
    capabilities: { chatCompletion: "true" },
  };
  return { name, properties };
}

function metadataOf(url: string): object {
  const tenant = `${url}/${entraApp.tenantId}`;
  return {
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}

function portOf(server: Server): number {
  // safe: a listening TCP server has such an address
  return (server.address() as AddressInfo).port;
}
