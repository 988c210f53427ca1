import { DomainError } from "@corral/core";

const defaultHost = "registry.ollama.ai";
const defaultNamespace = "library";

/** A model's name in all its parts, defaults filled in. */
export type OllamaName = {
  /** With its port, e.g. `registry.ollama.ai`, `hf.co`, `models.example.com:5000`. */
  readonly host: string;
  readonly namespace: string;
  readonly model: string;
  /** `cloud`, or ending in `-cloud`, for a model that runs at ollama.com. */
  readonly tag: string;
  /** Where the name says it should run, whatever is installed; `undefined` leaves it to the server. */
  readonly source: "cloud" | "local" | undefined;
};

/** The grammar of each part; host, namespace, and model and tag alike. ASCII only. */
const patterns = {
  host: /^\w[\w.:-]{0,349}$/u,
  namespace: /^\w[\w-]{0,79}$/u,
  model: /^\w[\w.-]{0,79}$/u,
  tag: /^\w[\w.-]{0,79}$/u,
} as const;

/**
 * Reads `[https://][host/][namespace/]model[:tag][:cloud|:local]` with Ollama's defaults.
 *
 * @throws DomainError `invalid_input`, naming the part that is wrong.
 */
export function parseOllamaName(text: string): OllamaName {
  const { base, source } = cutSource(text.trim());
  const { path, tag } = cutTag(base);
  const [model = "", namespace = defaultNamespace, ...rest] = path.split("/").toReversed();
  const host = hostOf(rest.toReversed().join("/"), text);
  const name = { host, namespace, model, tag: tagOf(tag, source), source };
  for (const part of ["host", "namespace", "model", "tag"] as const) {
    if (!patterns[part].test(name[part])) throw invalidName(text, `its ${part} ${problemOf(name[part])}`);
  }
  return name;
}

/** The name as Ollama shows it: without the default host and namespace, always with the tag, in the letter case given. */
export function formatOllamaName({ host, namespace, model, tag }: OllamaName): string {
  const isDefaultHost = sameText(host, defaultHost);
  const isDefaultNamespace = isDefaultHost && sameText(namespace, defaultNamespace);
  const path = `${isDefaultHost ? "" : `${host}/`}${isDefaultNamespace ? "" : `${namespace}/`}`;
  return `${path}${model}:${tag}`;
}

/** Equal for names of one installed model: Ollama ignores letter case. */
export function ollamaNameKey(name: OllamaName): string {
  return formatOllamaName(name).toLowerCase();
}

/** Whether two spellings name one installed model. @throws DomainError `invalid_input` */
export function isSameOllamaName(left: string, right: string): boolean {
  return ollamaNameKey(parseOllamaName(left)) === ollamaNameKey(parseOllamaName(right));
}

/**
 * Refuses a name whose host is not on the list. Pulling and pushing make the server talk to that host, so it must not be
 * the caller who chooses it.
 *
 * @param allowedHosts Beside Ollama's own registry, e.g. `hf.co`; with the port where there is one.
 * @throws DomainError `invalid_input`
 */
export function assertAllowedHost({ host }: OllamaName, allowedHosts: readonly string[]): void {
  if (sameText(host, defaultHost) || allowedHosts.some((allowed) => sameText(allowed, host))) return;
  throw new DomainError(
    "invalid_input",
    `Models may not be transferred from or to "${host.slice(0, 100)}". An administrator has to allow this registry first.`,
    { details: { param: "model" } },
  );
}

/** `m:cloud` is `m` at ollama.com, and `m:8b:cloud` is the older `m:8b-cloud`. */
function cutSource(text: string): { readonly base: string; readonly source: OllamaName["source"] } {
  const { base, source } = cutSuffix(text);
  if (source === undefined) return { base: text, source };
  if (cutSuffix(base).source !== undefined) throw invalidName(text, "use either :local or :cloud, not both");
  return { base, source };
}

function cutSuffix(text: string): { readonly base: string; readonly source: OllamaName["source"] } {
  const found = /^(.*):(?:(cloud|local)|([^:/]+)-cloud)$/isu.exec(text);
  if (found === null) return { base: text, source: undefined };
  const [, base = "", word, tag] = found;
  if (tag !== undefined) return { base: `${base}:${tag}`, source: "cloud" };
  return { base, source: word?.toLowerCase() === "local" ? "local" : "cloud" };
}

/** The tag's colon is the one behind the last slash: `host:5000/ns/m` has none. */
function cutTag(text: string): { readonly path: string; readonly tag: string | undefined } {
  const colon = text.lastIndexOf(":");
  return colon > text.lastIndexOf("/")
    ? { path: text.slice(0, colon), tag: text.slice(colon + 1) }
    : { path: text, tag: undefined };
}

function tagOf(tag: string | undefined, source: OllamaName["source"]): string {
  if (source !== "cloud") return tag ?? "latest";
  return tag === undefined ? "cloud" : `${tag}-cloud`;
}

function hostOf(text: string, whole: string): string {
  if (/^http:\/\//iu.test(text)) {
    throw invalidName(whole, "leave out http://; a registry without TLS is asked for with `insecure`");
  }
  return text === "" ? defaultHost : text.replace(/^https:\/\//iu, "");
}

function problemOf(part: string): string {
  return part === "" ? "is empty" : `"${part.slice(0, 100)}" has characters or a length that Ollama refuses`;
}

function invalidName(text: string, problem: string): DomainError {
  return new DomainError(
    "invalid_input",
    `"${text.slice(0, 100).toWellFormed()}" is not a model name: ${problem}.`,
    {
      details: { param: "model" },
    },
  );
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
