import type { ConnectionSecrets } from "../connection/connection.ts";
import type { SecretReferences, SecretSource } from "../connection/secret-references.ts";
import type { FieldChange } from "../model/compare-records.ts";

/** What is to be stored for the references of one connection. */
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
  const values: [string, string][] = [];
  for (const [name, reference] of Object.entries(headers ?? {}))
    values.push([name, await source.keep(reference)]);
  return {
    ...(key !== undefined && { key: await source.keep(key) }),
    ...(clientSecret !== undefined && { clientSecret: await source.keep(clientSecret) }),
    ...(headers !== undefined && { headers: Object.fromEntries(values) }),
  };
}

/**
 * The references that are not what is stored, or that stood elsewhere before. Only references are shown.
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
