import { limits, normalizeBaseUrl, type Actor, type Connection } from "@corral/core";
import { z } from "zod";
import type { RestCall } from "../rest-route.ts";
import {
  entryConfigSchema,
  entryUrlSchema,
  inFamily,
  isFamilyOn,
  keyOf,
  toEntryConfig,
  type ConnectionEntry,
  type EntryConfig,
  type Family,
} from "./connection-entry.ts";
import { planConnectionSet } from "./plan-connection-set.ts";

export const entryConfigsSchema = z
  .record(z.string(), entryConfigSchema)
  .describe("By the number of the connection, from `0`.");
const urls = z.array(entryUrlSchema).max(limits.connectionEntries);
const enabled = z
  .boolean()
  .nullish()
  .describe(
    "`false` disables all of them, and `true` those whose `enable` is not `false`; absent changes nothing.",
  );

/** The same in the document that holds all settings. */
export const openAISectionSchema = z.object({
  enable: enabled,
  api_base_urls: urls,
  api_keys: z.array(z.string()).default([]),
  api_configs: entryConfigsSchema.default({}),
});
export const ollamaSectionSchema = z.object({
  enable: enabled,
  base_urls: urls,
  api_configs: entryConfigsSchema.default({}),
});

/** One place of the arrays, or what a form is about to put there. */
export function toEntry(
  index: number,
  given: {
    readonly url: string;
    readonly key: string | null | undefined;
    readonly config: EntryConfig | null | undefined;
  },
): ConnectionEntry {
  return { index, url: normalizeBaseUrl(given.url), key: given.key ?? undefined, config: given.config ?? {} };
}

type Caller = Pick<RestCall, "services" | "client"> & { readonly actor: Actor };

export async function listFamily(
  { services, actor }: Pick<Caller, "services" | "actor">,
  family: Family,
): Promise<readonly Connection[]> {
  return inFamily(family, await services.connections.list(actor));
}

/** What is wanted of one array. */
export type WantedFamily = {
  readonly family: Family;
  readonly entries: readonly ConnectionEntry[];
  readonly isOn: boolean | null | undefined;
};

/** All of it, or nothing. */
export async function replaceFamilies(call: Caller, wanted: readonly WantedFamily[]): Promise<void> {
  const { services, actor, client } = call;
  const connections = await services.connections.list(actor);
  const sets = wanted.map(({ isOn, ...arrays }) =>
    planConnectionSet({ ...arrays, isOn: isOn ?? undefined }, inFamily(arrays.family, connections)),
  );
  await services.connections.replaceSets(actor, sets, client);
}

export function toOpenAIFamily(section: z.output<typeof openAISectionSchema>): WantedFamily {
  const { enable: isOn, api_base_urls: addresses, api_keys: keys, api_configs: all } = section;
  const entries = addresses.map((url, at) => toEntry(at, { url, key: keys[at], config: all[at] }));
  return { family: "openai", entries, isOn };
}

export function toOllamaFamily(section: z.output<typeof ollamaSectionSchema>): WantedFamily {
  const { enable: isOn, base_urls: addresses, api_configs: all } = section;
  const entries = addresses.map((url, at) => toEntry(at, { url, key: all[at]?.key, config: all[at] }));
  return { family: "ollama", entries, isOn };
}

export function toOpenAISection(connections: readonly Connection[]) {
  return {
    enable: isFamilyOn(connections),
    api_base_urls: connections.map(({ url }) => url),
    api_keys: connections.map(keyOf),
    api_configs: toConfigs(connections),
  };
}

export function toOllamaSection(connections: readonly Connection[]) {
  return {
    enable: isFamilyOn(connections),
    base_urls: connections.map(({ url }) => url),
    api_configs: toConfigs(connections),
  };
}

function toConfigs(connections: readonly Connection[]) {
  const isOn = isFamilyOn(connections);
  return Object.fromEntries(
    connections.map((connection, at) => [String(at), toEntryConfig(connection, isOn)]),
  );
}
