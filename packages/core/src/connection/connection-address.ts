import { DomainError } from "../error/domain-error.ts";

/** A base URL without trailing slashes. @throws DomainError `invalid_input` for credentials, a query or a fragment in it. */
export function normalizeBaseUrl(raw: string): string {
  const url = new URL(raw);
  const extra =
    url.username !== "" || url.password !== ""
      ? "a user name or password"
      : url.search !== ""
        ? "a query"
        : url.hash !== ""
          ? "a fragment"
          : undefined;
  if (extra !== undefined) {
    throw new DomainError("invalid_input", `The address must not contain ${extra}.`, {
      details: { issues: [{ path: ["url"], message: `contains ${extra}` }] },
    });
  }
  return url.href.replace(/(?<!\/)\/+$/u, "");
}

/** Scheme, host and port: what a stored key is bound to. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

/** A slug made from a name: `Lab GPU 1` → `lab-gpu-1`. Uniqueness is the database's word. */
export function toSlug(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-+|(?<!-)-+$/gu, "")
    .slice(0, 32)
    .replace(/(?<!-)-+$/u, "");
  return slug === "" ? "connection" : slug;
}

const localName = /^(?:localhost|.*\.localhost|.*\.local|.*\.internal|host\.docker\.internal|[^.]+)$/iu;
const privateAddress = /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])/iu;

/** Where an address most likely is: on this machine or network, or outside. */
export function typeOfAddress(url: string): "local" | "external" {
  const { hostname } = new URL(url);
  return localName.test(hostname) || privateAddress.test(hostname) ? "local" : "external";
}
