import { connect } from "@corral/db/testing";
import { WrongAnswer } from "../run-calls.ts";
import type { Person } from "./person.ts";

/** A question to `models.list`, as the bars ask it: search, tag and sort. */
export type ListQuery = {
  readonly query: string;
  readonly tags: readonly string[];
  readonly sort: "name";
  readonly direction: "asc" | "desc";
  readonly limit: number;
};

export const rowsAPage = 30;
const searches = ["1", "2", "3", "4", "5"];
const tagsOfSeed = 50;

/** Always the same one for a number; different ones below 500. */
export function listQuery(number: number): ListQuery {
  const turn = Math.floor(number / searches.length);
  const firstTag = Math.floor(turn / 2) % tagsOfSeed;
  return {
    query: searches[number % searches.length] ?? "",
    tags: Array.from({ length: 4 }, (_, at) => `tag-${(firstTag + 12 * at) % tagsOfSeed}`),
    sort: "name",
    direction: turn % 2 === 0 ? "asc" : "desc",
    limit: rowsAPage,
  };
}

export type ExpectedList = { readonly ids: readonly string[]; readonly total: number };

type CustomRow = {
  readonly uid: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly baseId: string;
  readonly access: string;
  readonly ownerId: string | null;
  readonly tags: readonly string[];
};

type ReadableRow = CustomRow & { readonly mayWrite: boolean };
export type ListOracle = (person: Person, query: ListQuery) => ExpectedList;

/**
 * What `models.list` must answer these people, worked out from the tables without any of the server's code. Only for
 * queries with tags: in the seed only custom models have some.
 */
export async function openListOracle(databaseUrl: string, people: readonly Person[]): Promise<ListOracle> {
  await using client = await connect(databaseUrl);
  const { rows: customs } = await client.query<CustomRow>(customRows);
  const { rows: grants } = await client.query<Grant>(grantRows, [people.map(({ id }) => id)]);
  // "Custom 2" comes before "Custom 10".
  const sorted = customs.toSorted((left, right) => numberOf(left) - numberOf(right));
  const grantsOf = Map.groupBy(grants, ({ userId }) => userId);
  const readable = new Map(people.map(({ id }) => [id, listReadable(sorted, id, grantsOf.get(id) ?? [])]));

  return ({ id }, { query, tags, direction, limit }) => {
    const found = (readable.get(id) ?? []).filter(
      (model) =>
        model.tags.some((tag) => tags.includes(tag)) && textsOf(model).some((text) => text.includes(query)),
    );
    const ordered = direction === "asc" ? found : found.toReversed();
    return { ids: ordered.slice(0, limit).map((model) => model.id), total: found.length };
  };
}

type Grant = { readonly uid: string; readonly userId: string; readonly level: "read" | "write" };

const customRows = `
  select uid, id, name, base_id as "baseId", access_kind as access, owner_id as "ownerId",
    meta ->> 'description' as description,
    array(select tag ->> 'name' from jsonb_array_elements(meta -> 'tags') tag) as tags
  from model_records where kind = 'custom' and jsonb_typeof(meta -> 'tags') = 'array'
`;
const grantRows = `
  select record_uid as uid, user_id as "userId", level from record_grants where user_id = any ($1)
  union
  select g.record_uid, m.user_id, g.level
  from group_members m join record_grants g using (group_id) where m.user_id = any ($1)
`;

function listReadable(
  customs: readonly CustomRow[],
  userId: string,
  grants: readonly Grant[],
): readonly ReadableRow[] {
  const shared = new Set(grants.map(({ uid }) => uid));
  const writable = new Set(grants.filter(({ level }) => level === "write").map(({ uid }) => uid));
  return customs
    .filter(({ uid, access, ownerId }) => access === "public" || ownerId === userId || shared.has(uid))
    .map((model) => ({ ...model, mayWrite: model.ownerId === userId || writable.has(model.uid) }));
}

/** What a search looks into: what a model is built on, too, for those who may change it. */
function textsOf({ name, id, description, baseId, mayWrite }: ReadableRow): string[] {
  const texts = [name, id, description].map((text) => text.toLowerCase());
  return mayWrite ? [...texts, baseId] : texts;
}

/** @throws WrongAnswer */
export function assertList(answered: ExpectedList, expected: ExpectedList, query: ListQuery): void {
  if (answered.total === expected.total && answered.ids.join() === expected.ids.join()) return;
  throw new WrongAnswer(
    `models.list ${JSON.stringify(query)}: ${answered.total} (${answered.ids.join()}) instead of ${expected.total} (${expected.ids.join()})`,
  );
}

function numberOf({ name }: CustomRow): number {
  return Number(name.slice("Custom ".length));
}
