import { password } from "../support/people.ts";
import type { Objects } from "../matrix/row.ts";
import type { Suggest } from "./from-schema.ts";

/** What inputs may name, so that they come further than the first check. */
export type Names = Objects & {
  /** Models that may be changed in any way, and some that are only read. */
  readonly models: readonly string[];
  /** People whom nobody needs. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly connections: readonly string[];
  readonly policies: readonly string[];
  readonly identityProviders: readonly string[];
  readonly scimTokens: readonly string[];
  readonly invitations: readonly string[];
  readonly sessions: readonly string[];
  /** At which something stands now. */
  readonly revisions: readonly number[];
  /** Addresses of providers that answer. */
  readonly addresses: readonly string[];
  /** Differs from input to input. */
  readonly fresh: string;
};

type Field = (names: Names) => readonly unknown[];

const messages = [{ role: "user", content: "hi" }];
const text = JSON.stringify({ corral: 1, source: "fuzz", models: [] });

const fields: Readonly<Record<string, Field>> = {
  model: ({ models }) => models,
  models: () => [],
  baseModelId: ({ models }) => models,
  base_model_id: ({ models }) => models,
  successor: ({ models }) => models,
  from: ({ models }) => models,
  to: ({ models, fresh }) => [...models, fresh],
  source: ({ models }) => [...models, "fuzz"],
  destination: ({ fresh }) => [fresh],
  newId: ({ fresh }) => [fresh],
  ids: ({ models }) => models,
  pinned: ({ models }) => models,
  order: ({ models }) => models,
  default: ({ models }) => models,
  name: ({ fresh, models }) => [fresh, fresh, fresh, ...models.slice(0, 1)],
  slug: ({ fresh }) => [fresh],
  prefix: ({ fresh }) => [`${fresh}.`, null],
  email: ({ fresh }) => [`${fresh}@example.com`, `${fresh}@example.com`, "rita@example.com"],
  password: () => [password],
  currentPassword: () => [password],
  newPassword: () => [`${password} too`],
  new_password: () => [`${password} too`],
  token: () => ["A".repeat(43)],
  code: () => ["123456"],
  url: ({ addresses }) => addresses,
  issuer: ({ addresses }) => addresses,
  provider: () => ["ollama", "openai"],
  authType: () => ["none", "bearer"],
  adapter: () => [],
  connectionUid: ({ connections }) => connections,
  keepSecretsOf: ({ connections }) => connections,
  userId: ({ users }) => users,
  userIds: ({ users }) => users,
  user_ids: ({ users }) => users,
  memberIds: ({ users }) => users,
  ownerId: ({ users }) => users,
  transferTo: ({ users }) => users,
  groupId: ({ groups }) => groups,
  groupIds: ({ groups }) => groups,
  group_ids: ({ groups }) => groups,
  revision: ({ revisions }) => revisions,
  version: () => [1, 2],
  messages: () => [messages, [{ role: "system", content: "be short" }, ...messages]],
  prompt: () => ["hi"],
  input: () => ["hi", ["hi", "you"]],
  expiresAt: () => [new Date(Date.now() + 86_400_000).toISOString()],
  search: () => ["matrix", "rita", ""],
  text: () => [text],
  cursor: () => [],
  profile_image_url: () => ["/static/favicon.png"],
};

/** What a bare id is, by the beginning of the door's name. */
const idsOf: readonly (readonly [RegExp, Field])[] = [
  [/^models\.pins|^models\.undo/u, ({ pin, modelUid }) => [pin, modelUid]],
  [/^(?:users|access|scim\.users)|\/users|\/scim\/v2\/Users/u, ({ users }) => users],
  [/^groups|\/groups|\/scim\/v2\/Groups/u, ({ groups }) => groups],
  [/^keys/u, ({ key }) => [key]],
  [/^aliases/u, ({ alias, fresh }) => [alias, fresh]],
  [/^operations/u, ({ operation }) => [operation]],
  [/^connections/u, ({ connections }) => connections],
  [/^policies/u, ({ policies }) => policies],
  [/^invitations/u, ({ invitations }) => invitations],
  [/^auth\.endSession/u, ({ sessions }) => sessions],
  [/^sso\./u, ({ identityProviders }) => identityProviders],
  [/^scim\./u, ({ scimTokens }) => scimTokens],
  [/create$|import$|sync$/u, ({ fresh, models }) => [fresh, fresh, ...models.slice(0, 1)]],
];
const idFields: ReadonlySet<string> = new Set(["id", "uid", "uids", "owner"]);

/** What the fields of a door's input could hold. */
export function suggestFor(door: string, names: Names): Suggest {
  const ids = idsOf.find(([pattern]) => pattern.test(door))?.[1] ?? (({ models }: Names) => models);
  return (field) => (idFields.has(field) ? ids(names) : (fields[field]?.(names) ?? []));
}
