import { X509Certificate } from "node:crypto";
import {
  DomainError,
  isProxyHeader,
  type ConnectionAdapter,
  type ConnectionSecrets,
  type ProviderTarget,
} from "@corral/core";
import type { UndiciTransportOptions } from "@corral/provider-kit/undici";

/** The proxy, and what it wants to know. */
export type ProxyOptions = Pick<UndiciTransportOptions, "proxy" | "proxyAuthorization">;

const spareSockets = 8;

/** Of an endpoint: its address and the way there. */
type Way = Pick<ProviderTarget, "url" | "secrets" | "timeouts" | "adapter" | "concurrency">;

/** How an endpoint is reached. @throws DomainError `invalid_input` for certificates that cannot be read. */
export function toTransportOptions(target: Way): UndiciTransportOptions {
  const { url, concurrency, timeouts, adapter } = target;
  return {
    url,
    ...toProxy(target),
    tls: toTls(adapter),
    // The provider counts calls; lists and checks need sockets beside them.
    ...(concurrency !== null && { connections: concurrency + spareSockets }),
    ...(timeouts.connectMs !== undefined && { connectMs: timeouts.connectMs }),
  };
}

export function toProxy({ adapter: { proxy }, secrets }: Pick<Way, "adapter" | "secrets">): ProxyOptions {
  if (proxy === undefined) return {};
  const authorization = Object.entries(secrets.headers).find(([name]) => isProxyHeader(name))?.[1];
  return { proxy, ...(authorization !== undefined && { proxyAuthorization: authorization.reveal() }) };
}

/** The proxy's header is not for the endpoint. */
export function toEndpointHeaders({ headers }: ConnectionSecrets): ConnectionSecrets["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isProxyHeader(name)));
}

function toTls({ ca, servername }: ConnectionAdapter): NonNullable<UndiciTransportOptions["tls"]> {
  return {
    ...(ca !== undefined && { ca: toCertificates(ca) }),
    ...(servername !== undefined && { servername }),
  };
}

/** TLS would notice only when it connects, and say so in the words of its library. */
function toCertificates(pem: string): string[] {
  try {
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
    return certificates.map((text) => new X509Certificate(text).toString());
  } catch {
    throw new DomainError("invalid_input", "The trusted certificates cannot be read.", {
      details: { issues: [{ path: ["adapter", "ca"], message: "must be certificates in PEM" }] },
    });
  }
}
