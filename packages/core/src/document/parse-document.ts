import { z } from "zod";
import { DomainError, type ErrorIssue } from "../error/domain-error.ts";
import type { JsonValue } from "../json.ts";
import { publicNameKey } from "../model/model-id.ts";
import {
  aliasItemSchema,
  connectionItemSchema,
  documentFrameSchema,
  groupItemSchema,
  modelItemSchema,
  policyItemSchema,
  settingsItemSchema,
  type ItemKind,
  type ItemOf,
} from "./document-schema.ts";

/** One item that could be read, or what is wrong with it. */
export type ParsedItem<Item> =
  | { readonly ok: true; readonly name: string; readonly item: Item }
  | { readonly ok: false; readonly name: string; readonly issues: readonly ErrorIssue[] };

/** `undefined`: the document does not speak of such objects at all, so none is ever deleted for its sake. */
export type ParsedDocument = {
  readonly source: string;
  readonly images: Readonly<Record<string, string>>;
  readonly items: { readonly [K in ItemKind]: readonly ParsedItem<ItemOf[K]>[] | undefined };
};

/**
 * @throws DomainError `invalid_input` when the frame is wrong. Wrong items are told apart, each with its issues.
 */
export function parseDocument(value: JsonValue): ParsedDocument {
  const frame = documentFrameSchema.safeParse(value);
  if (!frame.success) {
    const issues = toIssues(frame.error, []);
    const [first] = issues;
    throw new DomainError(
      "invalid_input",
      `The document cannot be read: ${first?.path.join(".") || "it"} ${first?.message ?? "is wrong"}.`,
      {
        details: { issues },
      },
    );
  }
  const { source, settings, groups, connections, policies, models, aliases, images = {} } = frame.data;
  return {
    source,
    images,
    items: {
      settings: settings === undefined ? undefined : parseItems("settings", settingsItemSchema, [settings]),
      group: parseItems("group", groupItemSchema, groups),
      connection: parseItems("connection", connectionItemSchema, connections),
      policy: parseItems("policy", policyItemSchema, policies),
      model: parseItems("model", modelItemSchema, models),
      alias: parseItems("alias", aliasItemSchema, aliases),
    },
  };
}

const places = {
  settings: "settings",
  group: "groups",
  connection: "connections",
  policy: "policies",
  model: "models",
  alias: "aliases",
} as const satisfies Record<ItemKind, string>;

function parseItems<K extends ItemKind>(
  kind: K,
  schema: z.ZodType<ItemOf[K]>,
  values: readonly unknown[] | undefined,
): readonly ParsedItem<ItemOf[K]>[] | undefined {
  const seen = new Set<string>();
  return values?.map((value, at) => {
    const place = kind === "settings" ? [places[kind]] : [places[kind], at];
    const parsed = schema.safeParse(value);
    const name = nameOf(kind, parsed.success ? parsed.data : value) ?? place.join(".");
    if (!parsed.success) return { ok: false, name, issues: toIssues(parsed.error, place) };
    const key = publicNameKey(name);
    if (seen.has(key))
      return { ok: false, name, issues: [{ path: place, message: "stands in the document twice" }] };
    seen.add(key);
    return { ok: true, name, item: parsed.data };
  });
}

const keyOfKind = {
  group: "name",
  connection: "slug",
  policy: "name",
  model: "id",
  alias: "id",
} as const satisfies Record<Exclude<ItemKind, "settings">, string>;

/** What an object of this kind is called by: the way documents refer to it. */
export function nameOf(kind: ItemKind, item: unknown): string | undefined {
  if (kind === "settings") return "settings";
  const key = keyOfKind[kind];
  const named = z.looseObject({ [key]: z.string() }).safeParse(item);
  const name = named.data?.[key];
  return typeof name === "string" && name !== "" ? name.slice(0, 256) : undefined;
}

function toIssues(error: z.ZodError, place: readonly (string | number)[]): readonly ErrorIssue[] {
  return error.issues.slice(0, 20).map(({ path, message }) => ({
    path: [...place, ...path.map((part) => (typeof part === "number" ? part : String(part)))],
    message,
  }));
}
