const streams: readonly string[] = [
  "a stream that ends cleanly without a finish reason is an error, never a success",
  "lines that end without `done: true`, or an answer that says `done: false`, are incomplete",
  "an error as a line, as data, as an event or inside of a chunk, after none, one or many chunks",
  "tool calls that stand on Ollama's last line alone come before the finish",
  "fragments of tool calls without index, interleaved, with repeated ids, late names, objects, a thousand of them",
  "Azure's first chunk without choices, chunks without delta, filter results after the finish",
  "usage in the last chunk, in every chunk, under other names, null or missing: exactly once, when asked for",
  "comments, CR, CRLF, several data lines, byte order mark, any split of the bytes, events of 8 MiB and one more byte",
  "a document for a stream, a stream for a document, a page, an empty body, 204",
  "a reset after the headers, within and between events; half-close, broken chunks, a wrong content length",
  "a client that leaves before the first byte, in the middle or while it is queued closes the upstream call",
  "a slow client holds the provider back, in bounded memory",
  "silence brings comments that clients pass over, ends by the idle timer, and every timer says which it was",
  "reasoning in tags that are split, half or doubled with a field of its own",
  "two streams at a time share no id; id, time and role are said once each",
  "several choices interleave by their index, each with a finish of its own",
  "`[DONE]` within text ends nothing; with spaces around it, it does",
];

const requests: readonly string[] = [
  "whether it streams is always said to Ollama, whose default is the opposite",
  "an absent temperature is not sent, one of 0 is",
  "`max_completion_tokens` beats `max_tokens`; 0 is refused",
  "`stop` as text, list, empty, more than four, or not text",
  "each of Ollama's options in a wrong type is refused here, never by its 500",
  "unknown options are kept for compatible servers, dropped and reported for OpenAI",
  "content of every kind, images by their bytes, and no address of an image or endpoint that must not be called",
  "tool messages with unknown or missing ids, parts instead of text, arguments that are no object",
  "no messages are refused, for they would load a model",
  "a schema that is missing, has references, or goes to a model that thinks",
  "reasoning effort by family; a refused parameter is corrected once, remembered, and a second refusal returned",
  "probabilities only from the version of Ollama that has them",
  "a tool choice that cannot be forced is told, not ignored",
  "a body of more than 32 MiB is refused before it is read",
  "depth bombs, hostile keys, half characters and nonsense end in an error, and the process lives",
];

const listing: readonly string[] = [
  "lists of every shape, of 5,000 models, from servers that hang, refuse or answer a page",
  "ids with slashes, colons, spaces, percent signs and other scripts survive from list to call",
  "Ollama's names: case, default tag and host, hosts with ports, `:cloud` and `:local`",
  "a stale list is served while one request, for a hundred callers, renews it",
  "aliases that collide",
];

const management: readonly string[] = [
  "a pull of a missing model fails although its status is 200",
  "many watchers share one upstream pull; who leaves does not end it, cancelling does",
  "the percentage never falls, over layers, resumption, cached layers and one digest for all",
  "a pull that stalls is started again and goes on",
  "copy, delete and blobs answer with empty bodies, and DELETE carries one",
  "blobs are created, there already, refused or missing; a hash that differs makes nothing",
  '`keep_alive` in all its forms; `"-1"` is refused here',
  "load and unload say so, and a date 292 years ahead is never",
  "what a version of Ollama lacks, at each boundary, and development builds",
  "an empty 403 hints at Host and Origin",
  "a 404 in text is a wrong address, one in JSON a missing model",
  "an error inside of an error's text is understood",
  "a full queue, and 499",
];

const hosted: readonly string[] = [
  "an exhausted quota is never repeated, a limited rate is after a short hint and not after a day's",
  "`Retry-After` as date, decimals, negative, garbage, and in milliseconds",
  "`x-should-retry` is obeyed, and said to our own callers",
  "a redirect is an error, nothing is sent to its target, and no key leaks",
  "Azure's three kinds of address, encoded, not doubled, and with hostile names",
  "Entra ID: one token for a hundred cold calls, renewed early, once more after 401, and clear errors",
  "a filtered prompt is neither repeated nor sent elsewhere",
  "errors as list, text, number, page, nothing, and of two megabytes",
  "embeddings in base64 and floats, in order over batches, cut to a length",
  "no organization id, key, host or path of an upstream reaches a caller",
];

const resilience: readonly string[] = [
  "the circuit opens, lets one call through, closes; loading and 4xx do not open it",
  "repeats stay within a tenth of the calls and three under an outage",
  "nothing is repeated after the first byte",
  "idle sockets that die, addresses that change, a pool that closes under running streams",
  "ports that browsers refuse work",
  "a self-signed certificate is refused, and accepted with its authority",
  "a proxy is used where one is named; the environment's are ignored",
  "a stop lets fifty running streams end",
  "ten minutes of fifty endless streams with random leavers grow nothing",
  "headers: only ours go to the provider, only ours to the caller",
];

/** The 70 vectors of the specification of provider protocols, in its order: the first is number 1. */
export const providerVectors: readonly string[] = [
  ...streams,
  ...requests,
  ...listing,
  ...management,
  ...hosted,
  ...resilience,
];

/** Cases that are not tested yet, or not all of which is: what is missing, and why. */
export const waitingVectors: Readonly<Record<number, string>> = {
  69: "ten minutes belong to `pnpm soak`, which comes with the load tests of the whole gateway",
};
