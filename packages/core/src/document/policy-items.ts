import type { DiscoveryPolicy } from "../discovery/discovery-policy.ts";
import { sortKeys } from "../json-equality.ts";
import {
  canonicalAccess,
  explicitDocumentAccessSchema,
  toDocumentAccess,
  type PrincipalNames,
} from "./document-access.ts";
import { toHashedImage } from "./document-images.ts";
import type { PolicyItem } from "./document-schema.ts";

/** How connections are called in documents: by slug. One that is archived keeps its uid. */
export type ConnectionNames = {
  readonly slugs: ReadonlyMap<string, string>;
  readonly uids: ReadonlyMap<string, string>;
};

export function connectionNames(
  connections: readonly { readonly uid: string; readonly slug: string }[] | null,
): ConnectionNames {
  const all = connections ?? [];
  return {
    slugs: new Map(all.map(({ uid, slug }) => [uid, slug])),
    uids: new Map(all.map(({ uid, slug }) => [slug, uid])),
  };
}

/** Whose document it is, and how they may know everything it names. */
type Naming = { readonly names: PrincipalNames; readonly connections: ConnectionNames };

/** The whole item of a stored policy, in the canonical form. */
export function toPolicyItem(naming: Naming, policy: DiscoveryPolicy): PolicyItem {
  const { name, enabled, match, actions } = policy;
  const { access, ...rest } = actions;
  return {
    name,
    enabled,
    match: toMatch(naming, match),
    actions: sortKeys({
      ...rest,
      ...(access && { access: explicitDocumentAccessSchema.parse(toDocumentAccess(access, naming.names)) }),
    }),
  };
}

/** The item as it would be written back. */
export async function toCanonicalPolicyItem(naming: Naming, item: PolicyItem): Promise<PolicyItem> {
  const { name, enabled, match, actions } = item;
  const { access, image, ...rest } = actions ?? {};
  return {
    name,
    ...(enabled !== undefined && { enabled }),
    ...(match !== undefined && { match: toMatch(naming, match) }),
    ...(actions !== undefined && {
      actions: sortKeys({
        ...rest,
        ...(image !== undefined && { image: await toHashedImage(image) }),
        ...(access && {
          access: explicitDocumentAccessSchema.parse(canonicalAccess(access, naming.names)),
        }),
      }),
    }),
  };
}

function toMatch(
  { connections: { slugs, uids } }: Naming,
  { connections, capabilities, ...match }: NonNullable<PolicyItem["match"]>,
): NonNullable<PolicyItem["match"]> {
  return sortKeys({
    ...match,
    ...(capabilities && { capabilities: [...new Set(capabilities)].toSorted() }),
    ...(connections && {
      connections: [
        ...new Set(connections.map((name) => slugs.get(uids.get(name) ?? name) ?? name)),
      ].toSorted(),
    }),
  });
}
