import { DomainError, type AuthType, type Connection, type ProviderKind } from "@corral/core";
import { authTypeOf, type ConnectionEntry } from "./connection-entry.ts";
import { readPlaceholder } from "./key-placeholder.ts";

/** As the service takes them: absent stays, `null` removes. */
type Secrets = {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string | null>>;
};

/** @throws DomainError `invalid_input` for a placeholder of another connection, or of nothing that is stored. */
export function readSecrets({ key, config }: ConnectionEntry, stored: Connection | undefined): Secrets {
  const headers = config.headers ? readHeaders(config.headers, stored) : {};
  return {
    ...readKey(key, stored),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function readKey(key: string | undefined, stored: Connection | undefined): Pick<Secrets, "key"> {
  if (key === undefined) return {};
  if (key.trim() === "") return hasStoredKey(stored) ? { key: null } : {};
  return keeps(key, stored, hasStoredKey(stored)) ? {} : { key };
}

function readHeaders(
  wanted: Readonly<Record<string, string>>,
  stored: Connection | undefined,
): Readonly<Record<string, string | null>> {
  const storedNames = stored?.headerNames ?? [];
  const gone = storedNames.filter((name) => wanted[name] === undefined);
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...Object.entries(wanted).filter(([name, value]) => !keeps(value, stored, storedNames.includes(name))),
  ]);
}

/** @param isStored Whether there is anything that a placeholder could stand for. */
function keeps(text: string, stored: Connection | undefined, isStored: boolean): boolean {
  const uid = readPlaceholder(text);
  if (uid === undefined) return false;
  if (isStored && uid === stored?.uid) return true;
  throw new DomainError(
    "invalid_input",
    "A placeholder keeps what is stored in its own place and cannot be used in another. Enter the value itself.",
  );
}

/**
 * How the connection signs in, as its entry says.
 *
 * @throws DomainError `invalid_input` for what passes on a caller's own credential, and what needs more settings.
 */
export function readAuth(
  { config }: ConnectionEntry,
  on: { readonly provider: ProviderKind; readonly hasKey: boolean; readonly stored?: Connection },
): AuthType {
  const { provider, hasKey, stored } = on;
  const shown = stored ? authTypeOf(stored) : "bearer";
  const wanted = toCurrentName(config.auth_type || shown);
  if (stored && wanted === shown && (stored.authType === "entra" || hasKey === hasStoredKey(stored)))
    return stored.authType;
  const isAzure = provider === "azure-openai";
  switch (wanted) {
    case "bearer":
      if (isAzure) return "api-key";
      return hasKey ? "bearer" : toKeyless(stored);
    case "none":
      return isAzure ? "headers" : toKeyless(stored);
    case "microsoft_entra_id":
      throw refused("Signing in by Entra ID needs more than this form has: use the dashboard's connections.");
    default:
      throw refused(
        `auth_type "${wanted.slice(0, 40)}" is not offered: nobody's own sign-in is passed on to a provider. Use bearer or none.`,
      );
  }
}

function toKeyless(stored: Connection | undefined): AuthType {
  return stored?.authType === "headers" ? "headers" : "none";
}

function hasStoredKey(stored: Connection | undefined): boolean {
  return stored !== undefined && stored.keyFingerprint !== null;
}

function toCurrentName(authType: string): string {
  return authType === "azure_ad" ? "microsoft_entra_id" : authType;
}

function refused(message: string): DomainError {
  return new DomainError("invalid_input", message, {
    details: { issues: [{ path: ["auth_type"], message: "is not offered here" }] },
  });
}
