/**
 * One value in the address bar: how it is read, written, and when it is left out.
 * `parse` answers `undefined` for text that it does not understand; the value is then dropped and reported.
 */
export type UrlParam<Value> = {
  initial: Value;
  parse: (text: string) => Value | undefined;
  format: (value: Value) => string;
};

export type UrlCodec<State> = {
  initial: State;
  parse: (search: Readonly<Record<string, string>>) => { state: State; dropped: string[] };
  /** Only what differs from the initial state, so that an untouched page has a clean address. */
  format: (state: State) => Record<string, string>;
  /** The keys in the address that belong to this codec. */
  keys: readonly string[];
};

export type Range = { min?: number; max?: number };
export type Sort<Key extends string> = { key: Key; descending: boolean };

export function textParam(initial = ""): UrlParam<string> {
  return { initial, parse: (text) => text, format: (value) => value };
}

export function choiceParam<const Choice extends string>(
  choices: readonly Choice[],
  initial: NoInfer<Choice>,
): UrlParam<Choice> {
  return { initial, parse: (text) => choices.find((choice) => choice === text), format: (value) => value };
}

/** Comma-joined; a comma inside an item travels percent-encoded. */
export function listParam<const Item extends string>(allowed?: readonly Item[]): UrlParam<readonly Item[]> {
  return {
    initial: [],
    parse: (text) => {
      const items = text.split(",").filter(Boolean).map(decodeItem);
      const known = items.flatMap((item) => findAllowed(item, allowed));
      return known.length === items.length ? known : undefined;
    },
    format: (items) => items.map(encodeItem).join(","),
  };
}

function findAllowed<Item extends string>(item: string, allowed: readonly Item[] | undefined): Item[] {
  // Without a list of allowed items, Item is plain string.
  if (!allowed) return [item as Item];
  const found = allowed.find((candidate) => candidate === item);
  return found === undefined ? [] : [found];
}

/** `100k..`, `..32k`, `8k..128k`; k and m are powers of a thousand. */
export function rangeParam(): UrlParam<Range> {
  return {
    initial: {},
    parse: (text) => {
      const match = /^(?<min>[\d.]+[km]?)?\.\.(?<max>[\d.]+[km]?)?$/.exec(text);
      if (!match?.groups) return undefined;
      const min = parseQuantity(match.groups["min"]);
      const max = parseQuantity(match.groups["max"]);
      if (Number.isNaN(min) || Number.isNaN(max)) return undefined;
      return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    },
    format: ({ min, max }) =>
      min === undefined && max === undefined ? "" : `${formatQuantity(min)}..${formatQuantity(max)}`,
  };
}

export function sortParam<const Key extends string>(
  keys: readonly Key[],
  initial: Sort<NoInfer<Key>>,
): UrlParam<Sort<Key>> {
  return {
    initial,
    parse: (text) => {
      const descending = text.startsWith("-");
      const key = keys.find((candidate) => candidate === (descending ? text.slice(1) : text));
      return key === undefined ? undefined : { key, descending };
    },
    format: ({ key, descending }) => (descending ? `-${key}` : key),
  };
}

type Params<State> = { [Key in keyof State]: UrlParam<State[Key]> };

/** @param prefix Namespaces the keys, so that two tables on one page do not share filters. */
export function createUrlCodec<State extends Record<string, unknown>>(
  params: Params<State>,
  prefix = "",
): UrlCodec<State> {
  // Object.keys loses the key type; the keys are exactly those of `params`.
  const keys = Object.keys(params) as (keyof State & string)[];
  // Built from every key of State.
  const initial = Object.fromEntries(keys.map((key) => [key, params[key].initial])) as State;

  return {
    initial,
    keys: keys.map((key) => prefix + key),
    parse(search) {
      const dropped: string[] = [];
      const state = { ...initial };
      for (const key of keys) {
        const text = search[prefix + key];
        if (text === undefined) continue;
        const value = params[key].parse(text);
        if (value === undefined) dropped.push(prefix + key);
        else state[key] = value;
      }
      return { state, dropped };
    },
    format(state) {
      const entries = keys.map((key) => [key, params[key].format(state[key])] as const);
      const changed = entries.filter(([key, text]) => text !== params[key].format(initial[key]));
      return Object.fromEntries(changed.map(([key, text]) => [prefix + key, text]));
    },
  };
}

/** The router's search parser: flat text values, unlike its default, which writes JSON. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Leaves commas, colons and slashes readable: they are legal in a query. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (typeof value === "string") params.set(key, value);
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text && `?${text}`;
}

function encodeItem(item: string): string {
  return item.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function decodeItem(item: string): string {
  return item.replaceAll("%2C", ",").replaceAll("%25", "%");
}

function parseQuantity(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const factor = text.endsWith("k") ? 1_000 : text.endsWith("m") ? 1_000_000 : 1;
  return Number(text.replace(/[km]$/, "")) * factor;
}

function formatQuantity(value: number | undefined): string {
  if (value === undefined) return "";
  if (value !== 0 && value % 1_000_000 === 0) return `${value / 1_000_000}m`;
  return value !== 0 && value % 1_000 === 0 ? `${value / 1_000}k` : String(value);
}
