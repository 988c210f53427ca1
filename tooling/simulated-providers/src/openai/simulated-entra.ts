import { randomBytes } from "node:crypto";
import type { RequestJournal } from "../journal/request-journal.ts";
import { type Answer, toWholeAnswer } from "../server/answer.ts";
import { createTlsIdentity } from "../server/create-tls-identity.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { startSimulatedServer, type TlsIdentity } from "../server/simulated-server.ts";
import type { TokenCheck } from "./azure-state.ts";
import { toOpenAIDialect } from "./openai-dialect.ts";
import { azureProfile } from "./azure-state.ts";

export type SimulatedEntraOptions = {
  tenantId?: string;
  clientId?: string;
  clientSecret?: string;
  tokenSeconds?: number;
  /** Default: one of its own. */
  tls?: TlsIdentity;
};

/** An identity service like Microsoft Entra ID. It speaks https only, as the libraries demand. */
export type SimulatedEntra = AsyncDisposable & {
  /** Without the tenant. */
  authorityHost: string;
  /** To be trusted by whoever calls it. */
  certificate: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  journal: RequestJournal;
  /** Tokens asked for so far, with success or without. */
  tokenRequests: () => number;
  /** For a simulated resource. */
  checkToken: TokenCheck;
  /** Makes every token given out so far worthless, though it says otherwise. */
  revokeTokens: () => void;
  /** How long the next tokens last. */
  setTokenSeconds: (seconds: number) => void;
  stop: () => Promise<void>;
};

/** Starts the service, with one tenant and one application in it. */
export async function startSimulatedEntra(options: SimulatedEntraOptions = {}): Promise<SimulatedEntra> {
  const tls = options.tls ?? createTlsIdentity();
  const application = {
    tenantId: options.tenantId ?? "55555555-6666-7777-8888-999999999999",
    clientId: options.clientId ?? "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    clientSecret: options.clientSecret ?? "simulated~client~secret",
  };
  const { tenantId } = application;
  const tokens = new TokenOffice(application, options.tokenSeconds ?? 3_600);
  const server = await startSimulatedServer({
    dialect: toOpenAIDialect(azureProfile),
    handle: (request) => {
      const route = `${request.method} ${request.path}`;
      if (route === `POST /${tenantId}/oauth2/v2.0/token`) return tokens.grant(request);
      if (route === `GET /${tenantId}/v2.0/.well-known/openid-configuration`) {
        return json(200, metadata(server.url, tenantId));
      }
      return request.path.endsWith("/.well-known/openid-configuration") ? unknownTenant() : notFound();
    },
    port: undefined,
    tls,
    journalLimit: undefined,
    fastPath: undefined,
  });
  return {
    ...application,
    authorityHost: server.url,
    certificate: tls.cert,
    journal: server.journal,
    tokenRequests: () => tokens.requests,
    checkToken: (token, scope) => tokens.check(token, scope),
    revokeTokens: () => tokens.revokeAll(),
    setTokenSeconds: (seconds) => void (tokens.tokenSeconds = seconds),
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}

/** Gives tokens to an application, and knows which are good. */
class TokenOffice {
  readonly #application: { clientId: string; clientSecret: string };
  readonly #grants = new Map<string, { scope: string; expiresAt: number }>();
  tokenSeconds: number;
  requests = 0;

  constructor(application: { clientId: string; clientSecret: string }, tokenSeconds: number) {
    this.#application = application;
    this.tokenSeconds = tokenSeconds;
  }

  grant(request: SimulatedRequest): Answer {
    this.requests += 1;
    const { clientId, clientSecret } = this.#application;
    const form = new URLSearchParams(request.bytes.toString("utf8"));
    // An assertion is a workload's own token: Microsoft would judge it, this service believes any.
    const isProven = form.get("client_secret") === clientSecret || Boolean(form.get("client_assertion"));
    if (form.get("client_id") !== clientId || !isProven) {
      return json(401, {
        error: "invalid_client",
        error_description: `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
        error_codes: [7_000_215],
        timestamp: "2026-11-23 00:00:00Z",
        trace_id: "51mulated",
        correlation_id: "51mulated",
      });
    }
    const token = `simulated-entra-${randomBytes(24).toString("base64url")}`;
    const [scope = ""] = (form.get("scope") ?? "").split(" ");
    this.#grants.set(token, { scope, expiresAt: Date.now() + this.tokenSeconds * 1000 });
    const { tokenSeconds: seconds } = this;
    return json(200, {
      token_type: "Bearer",
      expires_in: seconds,
      ext_expires_in: seconds,
      access_token: token,
    });
  }

  check(token: string, scope: string): boolean {
    const found = this.#grants.get(token);
    return found !== undefined && found.scope === scope && found.expiresAt > Date.now();
  }

  revokeAll(): void {
    this.#grants.clear();
  }
}

function metadata(url: string, tenantId: string): unknown {
  return {
    issuer: `${url}/${tenantId}/v2.0`,
    authorization_endpoint: `${url}/${tenantId}/oauth2/v2.0/authorize`,
    token_endpoint: `${url}/${tenantId}/oauth2/v2.0/token`,
    jwks_uri: `${url}/${tenantId}/discovery/v2.0/keys`,
    response_types_supported: ["code", "id_token"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
  };
}

function unknownTenant(): Answer {
  return json(400, {
    error: "invalid_tenant",
    error_description:
      "AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    error_codes: [90_002],
  });
}

function notFound(): Answer {
  return json(404, { error: "invalid_request" });
}

function json(status: number, value: unknown): Answer {
  return toWholeAnswer(status, "application/json; charset=utf-8", JSON.stringify(value));
}
