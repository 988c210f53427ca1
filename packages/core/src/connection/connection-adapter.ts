import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import type { ProviderKind } from "./connection-endpoint.ts";

/** The servers that speak OpenAI's protocol and that Corral tells apart. */
export const compatibleServers = [
  "openai",
  "vllm",
  "llamacpp-router",
  "llamacpp",
  "lmstudio",
  "localai",
  "litellm",
  "openrouter",
  "groq",
  "mistral",
  "deepseek",
  "together",
  "fireworks",
  "xai",
  "gemini",
  "anthropic",
  "ollama-v1",
  "generic",
] as const;

const maxCertificateLength = 65_536;

/** What an endpoint's adapter would not find out by itself: how the server behaves, and how it is reached. */
export const connectionAdapterSchema = z.strictObject({
  /** Which server it is; absent: by its host, else by what its model list gives away. */
  server: z.enum(compatibleServers).optional(),
  /** Reasoning stands in the text: between tags, or up to a closing one. Absent: text is text. */
  thinkTags: z.enum(["pair", "closing"]).optional(),
  /** An HTTP proxy to tunnel through. Its credential, if any, is the header `proxy-authorization`. */
  proxy: z
    .url({ protocol: /^https?$/u, error: "must be an http or https address" })
    .max(2048)
    .refine((url) => {
      const { pathname, search, hash, username, password } = new URL(url);
      return pathname === "/" && search + hash + username + password === "";
    }, "must be a host with its port alone; a credential goes into the header proxy-authorization")
    .optional(),
  /** Certificates in PEM that are trusted instead of the system's. */
  ca: z
    .string()
    .max(maxCertificateLength)
    .regex(
      /^\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/u,
      "must be certificates in PEM",
    )
    .optional(),
  /** Name that the endpoint's certificate is checked for, where it is not that of the address. */
  servername: z
    .string()
    .max(253)
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/iu,
      "must be a host name",
    )
    .optional(),
});
export type ConnectionAdapter = z.output<typeof connectionAdapterSchema>;

/** The header that goes to the proxy alone. */
export function isProxyHeader(name: string): boolean {
  return name.toLowerCase() === "proxy-authorization";
}

/** The way a request takes. Who changes it could read what is sent. */
export function wayOf({ proxy, ca, servername }: ConnectionAdapter): string {
  return JSON.stringify([proxy ?? null, ca ?? null, servername ?? null]);
}

/** @throws DomainError `invalid_input` for what this kind of provider has not. */
export function assertAdapterFits(provider: ProviderKind, { server, thinkTags }: ConnectionAdapter): void {
  const wrong = [
    server !== undefined && provider !== "openai" && "server",
    thinkTags !== undefined && provider === "ollama" && "thinkTags",
  ].filter((name) => name !== false);
  if (wrong.length === 0) return;
  throw new DomainError("invalid_input", "The adapter's settings do not belong to this provider.", {
    details: {
      issues: wrong.map((name) => ({
        path: ["adapter", name],
        message: "belongs to servers of OpenAI's protocol",
      })),
    },
  });
}
