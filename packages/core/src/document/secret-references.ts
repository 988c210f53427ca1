import type { ConnectionSecrets } from "../connection/connection.ts";
import { isDomainError } from "../error/domain-error.ts";
import type { FieldChange } from "../model/compare-records.ts";
import type { Secret } from "../secret.ts";
import type { SecretReferences } from "./document-schema.ts";

/** Gives out what a reference stands for. */
export interface SecretSource {
  /** @throws DomainError `invalid_input` for what is not there, or may not be named in a document. */
  resolve(reference: string): Promise<Secret>;
}

/** What the references of one connection stand for. */
export type ResolvedSecrets = {
  readonly key?: string;
  readonly clientSecret?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** @throws DomainError as {@link SecretSource.resolve}. */
export async function resolveSecrets(
  references: SecretReferences | undefined,
  source: SecretSource,
): Promise<ResolvedSecrets> {
  const { key, clientSecret, headers } = references ?? {};
  const reveal = async (reference: string) => (await source.resolve(reference)).reveal();
  const values: [string, string][] = [];
  for (const [name, reference] of Object.entries(headers ?? {})) values.push([name, await reveal(reference)]);
  return {
    ...(key !== undefined && { key: await reveal(key) }),
    ...(clientSecret !== undefined && { clientSecret: await reveal(clientSecret) }),
    ...(headers !== undefined && { headers: Object.fromEntries(values) }),
  };
}

/**
 * The references whose secrets are not what is stored, or that stood elsewhere before. Only references are shown.
 *
 * @param before The references that were applied last.
 */
export function compareSecrets(
  references: SecretReferences | undefined,
  on: {
    readonly before: SecretReferences;
    readonly values: ResolvedSecrets;
    readonly held: ConnectionSecrets;
  },
): readonly FieldChange[] {
  const { before, values, held } = on;
  const places = [
    { path: ["key"], now: references?.key, earlier: before.key, value: values.key, stored: held.key },
    {
      path: ["clientSecret"],
      now: references?.clientSecret,
      earlier: before.clientSecret,
      value: values.clientSecret,
      stored: held.clientSecret,
    },
    ...Object.entries(references?.headers ?? {}).map(([name, now]) => ({
      path: ["headers", name],
      now,
      earlier: before.headers?.[name],
      value: values.headers?.[name],
      stored: held.headers[name],
    })),
  ];
  return places.flatMap(({ path, now, earlier, value, stored }) =>
    now === undefined || (now === earlier && value === stored?.reveal())
      ? []
      : [{ path: ["secrets", ...path], before: earlier ?? null, after: now }],
  );
}

/** Of the references that were applied last those that still stand for what is stored. */
export async function keepTrue(
  references: SecretReferences,
  on: { readonly source: SecretSource; readonly held: ConnectionSecrets },
): Promise<SecretReferences | undefined> {
  const { source, held } = on;
  const isTrue = async (reference: string | undefined, stored: Secret | null | undefined) => {
    if (reference === undefined || !stored) return false;
    try {
      return (await source.resolve(reference)).reveal() === stored.reveal();
    } catch (error) {
      if (isDomainError(error)) return false;
      throw error;
    }
  };
  const headers: [string, string][] = [];
  for (const [name, reference] of Object.entries(references.headers ?? {})) {
    if (await isTrue(reference, held.headers[name])) headers.push([name, reference]);
  }
  const { key, clientSecret } = references;
  const kept: SecretReferences = {
    ...((await isTrue(key, held.key)) && key !== undefined && { key }),
    ...((await isTrue(clientSecret, held.clientSecret)) && clientSecret !== undefined && { clientSecret }),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  };
  return Object.keys(kept).length === 0 ? undefined : kept;
}
