import { z } from "zod";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionSecrets } from "./connection.ts";

/** Where a secret is found: `env:NAME` or `file:/path`. Never the secret itself. */
export const secretReferenceSchema = z
  .string()
  .max(1_024)
  .regex(
    /^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\0]+)$/u,
    "must be env:NAME or file:/path, not the secret itself",
  );

/** References for the secrets of a connection, by the place of each. */
export const secretReferencesSchema = z.strictObject({
  key: secretReferenceSchema.optional(),
  clientSecret: secretReferenceSchema.optional(),
  headers: z.record(z.string().max(64), secretReferenceSchema).optional(),
});
export type SecretReferences = z.output<typeof secretReferencesSchema>;

/** Gives out what a reference stands for. */
export interface SecretSource {
  /** @throws DomainError `invalid_input` for what is not there, or what whoever runs the server does not allow. */
  resolve(reference: string): Promise<Secret>;
  /**
   * What to store for a reference: itself, to be resolved at each use; only what exists nowhere later is stored as it is.
   *
   * @throws DomainError as `resolve`.
   */
  keep(reference: string): Promise<string>;
}

/** Whether the text that stands in a secret's place says where the secret is. */
export function isSecretReference(text: string): boolean {
  return /^(?:env:|file:\/)/u.test(text);
}

/** Those of the secrets that are references. They may be shown to whoever may see the connection. */
export function referencesIn({ key, clientSecret, headers }: ConnectionSecrets): SecretReferences {
  const find = (secret: Secret | null): string | undefined => {
    const text = secret?.reveal();
    return text !== undefined && isSecretReference(text) ? text : undefined;
  };
  const named = Object.entries(headers).flatMap(([name, value]) => {
    const reference = find(value);
    return reference === undefined ? [] : [[name, reference] as const];
  });
  const [keyReference, clientReference] = [find(key), find(clientSecret)];
  return {
    ...(keyReference !== undefined && { key: keyReference }),
    ...(clientReference !== undefined && { clientSecret: clientReference }),
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
  };
}

/** The secrets with what each reference stands for now. @throws DomainError as {@link SecretSource.resolve}. */
export async function resolveReferences(
  secrets: ConnectionSecrets,
  source: Pick<SecretSource, "resolve">,
): Promise<ConnectionSecrets> {
  const resolve = async (secret: Secret): Promise<Secret> => {
    const text = secret.reveal();
    return isSecretReference(text) ? source.resolve(text) : secret;
  };
  const { key, clientSecret, headers } = secrets;
  return {
    key: key && (await resolve(key)),
    clientSecret: clientSecret && (await resolve(clientSecret)),
    headers: Object.fromEntries(
      await Promise.all(
        Object.entries(headers).map(async ([name, value]) => [name, await resolve(value)] as const),
      ),
    ),
  };
}

/** A call's failure where the secret is not to be had. Who calls need not know where it should have been. */
export function toUnresolved(error: unknown): unknown {
  if (!isDomainError(error) || error.code !== "invalid_input") return error;
  return new DomainError(
    "upstream_unauthorized",
    "The server cannot read the connection's credential where it should be.",
    { cause: error },
  );
}

/** For those who manage connections: with the reference. */
export function toUnresolvedReason(error: DomainError): DomainError {
  return error.code === "upstream_unauthorized" && isDomainError(error.cause)
    ? new DomainError(error.code, error.cause.message, { cause: error })
    : error;
}
