/** One case that the provider protocols ask for, by its stable number. */
export type ProviderVector = {
  readonly text: string;
  /** What of it, or why all of it, is not tested yet. */
  readonly waits?: string;
};

const streams: readonly ProviderVector[] = [
  { text: "a stream that ends cleanly without a finish reason is an error, never a success" },
  { text: "lines that end without `done: true`, or an answer that says `done: false`, are incomplete" },
  { text: "an error as a line, as data, as an event or inside of a chunk, after none, one or many chunks" },
  { text: "tool calls that stand on Ollama's last line alone come before the finish" },
  {
    text: "fragments of tool calls without index, interleaved, with repeated ids, late names, objects, a thousand of them",
  },
  { text: "Azure's first chunk without choices, chunks without delta, filter results after the finish" },
  {
    text: "usage in the last chunk, in every chunk, under other names, null or missing: exactly once, when asked for",
  },
  {
    text: "comments, CR, CRLF, several data lines, byte order mark, any split of the bytes, events of 8 MiB and one more byte",
  },
  { text: "a document for a stream, a stream for a document, a page, an empty body, 204" },
  {
    text: "a reset after the headers, within and between events; half-close, broken chunks, a wrong content length",
  },
  {
    text: "a client that leaves before the first byte, in the middle or while it is queued closes the upstream call",
  },
  { text: "a slow client holds the provider back, in bounded memory" },
  {
    text: "silence ends by the idle timer, and every timer says which it was",
    waits: "the gateway sends no heartbeat comments",
  },
  { text: "reasoning in tags that are split, half or doubled with a field of its own" },
  { text: "two streams at a time share no id; id, time and role are said once each" },
  { text: "several choices interleave by their index, each with a finish of its own" },
  { text: "`[DONE]` within text ends nothing; with spaces around it, it does" },
];

const requests: readonly ProviderVector[] = [
  { text: "whether it streams is always said to Ollama, whose default is the opposite" },
  { text: "an absent temperature is not sent, one of 0 is" },
  { text: "`max_completion_tokens` beats `max_tokens`; 0 is refused" },
  { text: "`stop` as text, list, empty, more than four, or not text" },
  { text: "each of Ollama's options in a wrong type is refused here, never by its 500" },
  { text: "unknown options are kept for compatible servers, dropped and reported for OpenAI" },
  {
    text: "content of every kind, images by their bytes, and no address of an image or endpoint that must not be called",
  },
  { text: "tool messages with unknown or missing ids, parts instead of text, arguments that are no object" },
  { text: "no messages are refused, for they would load a model" },
  { text: "a schema that is missing, has references, or goes to a model that thinks" },
  {
    text: "reasoning effort by family; a refused parameter is corrected once, remembered, and a second refusal returned",
  },
  { text: "probabilities only from the version of Ollama that has them" },
  { text: "a tool choice that cannot be forced is told, not ignored" },
  { text: "a body of more than 32 MiB is refused before it is read" },
  { text: "depth bombs, hostile keys, half characters and nonsense end in an error, and the process lives" },
];

const listing: readonly ProviderVector[] = [
  { text: "lists of every shape, of 5,000 models, from servers that hang, refuse or answer a page" },
  { text: "ids with slashes, colons, spaces, percent signs and other scripts survive from list to call" },
  { text: "Ollama's names: case, default tag and host, hosts with ports, `:cloud` and `:local`" },
  { text: "a stale list is served while one request, for a hundred callers, renews it" },
  { text: "aliases that collide", waits: "there are no aliases yet" },
];

const management: readonly ProviderVector[] = [
  { text: "a pull of a missing model fails although its status is 200" },
  { text: "many watchers share one upstream pull; who leaves does not end it, cancelling does" },
  { text: "the percentage never falls, over layers, resumption, cached layers and one digest for all" },
  { text: "a pull that stalls is started again and goes on" },
  { text: "copy, delete and blobs answer with empty bodies, and DELETE carries one" },
  { text: "blobs are created, there already, refused or missing; a hash that differs makes nothing" },
  { text: '`keep_alive` in all its forms; `"-1"` is refused here' },
  { text: "load and unload say so, and a date 292 years ahead is never" },
  { text: "what a version of Ollama lacks, at each boundary, and development builds" },
  { text: "an empty 403 hints at Host and Origin" },
  { text: "a 404 in text is a wrong address, one in JSON a missing model" },
  { text: "an error inside of an error's text is understood" },
  { text: "a full queue, and 499" },
];

const hosted: readonly ProviderVector[] = [
  {
    text: "an exhausted quota is never repeated, a limited rate is after a short hint and not after a day's",
  },
  { text: "`Retry-After` as date, decimals, negative, garbage, and in milliseconds" },
  { text: "`x-should-retry` is obeyed", waits: "the gateway does not send it on yet" },
  { text: "a redirect is an error, nothing is sent to its target, and no key leaks" },
  { text: "Azure's three kinds of address, encoded, not doubled, and with hostile names" },
  {
    text: "Entra ID: one token for a hundred cold calls, renewed early, once more after 401, and clear errors",
  },
  { text: "a filtered prompt is neither repeated nor sent elsewhere" },
  { text: "errors as list, text, number, page, nothing, and of two megabytes" },
  { text: "embeddings in base64 and floats, in order over batches, cut to a length" },
  { text: "no organization id, key, host or path of an upstream reaches a caller" },
];

const resilience: readonly ProviderVector[] = [
  { text: "the circuit opens, lets one call through, closes; loading and 4xx do not open it" },
  { text: "repeats stay within a tenth of the calls and three under an outage" },
  { text: "nothing is repeated after the first byte" },
  { text: "idle sockets that die, addresses that change, a pool that closes under running streams" },
  { text: "ports that browsers refuse work" },
  { text: "a self-signed certificate is refused, and accepted with its authority" },
  { text: "a proxy is used where one is named; the environment's are ignored" },
  { text: "a stop lets running streams end", waits: "tested with one stream, not with fifty" },
  {
    text: "ten minutes of fifty endless streams with random leavers grow nothing",
    waits: "a soak belongs to the load tests of the whole gateway",
  },
  { text: "headers: only ours go to the provider, only ours to the caller" },
];

/** The 70 vectors of the specification of provider protocols, in its order: the first is number 1. */
export const providerVectors: readonly ProviderVector[] = [
  ...streams,
  ...requests,
  ...listing,
  ...management,
  ...hosted,
  ...resilience,
];
