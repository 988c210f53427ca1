/**
 * What attacks on systems like this one have taught, as promises with stable ids: each comes from a published
 * vulnerability of a comparable gateway or library, or from a requirement of the security plan that was written from
 * them. A test that shows one bears the id in its title.
 */
export const securityTests: Readonly<Record<string, string>> = {
  // who may do what
  "AC-01": "who may not read a base can neither save a model over it nor call it through one",
  "AC-02": "a base model that nobody shared is for administrators alone",
  "AC-03": "a base is delegated by who may write it, and only as long as they may",
  "AC-04": "an import touches nothing that the importer could not write one by one, and says so item by item",
  "AC-05": "every action is allowed, denied or hidden for every kind of person as one table says",
  "AC-06": "no procedure and no route answers without a row in that table",
  "AC-07": "no field, query or header of a request can name an internal option",
  "AC-08": "a request cannot choose a connection that the model is not on, or that is disabled",
  "AC-09": "readers learn nothing of how a model is made",
  "AC-10": "writers share with people and groups that they may name, and need the permission to publish",
  "AC-11": "public means that everybody may read, and gives nobody the right to write",
  "AC-12": "accounts that wait for approval do nothing, by keys of earlier days neither",
  "AC-13": "ids inside of a model's meta or a request are data: they grant nothing",
  "AC-14": "what is listed is what one function of rights allows, also where columns are null",
  "AC-15": "access lists are bounded and strict, and name only whom their author may name",
  "IDOR-1": "an id of somebody else's, or of another parent's child, is answered as one that does not exist",
  "IDOR-2": "a stream that is resumed tells each listener only what is theirs",
  "CACHE-1": "prepared answers are never given to somebody else, nor after a change",
  "CACHE-2": "no request that is sent after a right is acknowledged as lost is served",
  "CACHE-3": "credentials that begin alike are different people in every cache",
  "TIM-1": "forbidden and missing cost the same time",
  "TIM-2": "an unknown account costs a sign-in as much time as a known one",

  // signing in
  "AUTH-1": "parallel first sign-ups make one administrator",
  "AUTH-2": "an authenticator that fails lets nobody in",
  "SES-1":
    "who is demoted, suspended or deleted loses the next request, and running streams within five seconds",
  "SES-2": "each sign-in makes a new session, and a changed password or role ends the others",
  "SES-4": "losing the right to a model lets a running answer finish, losing the account does not",
  "KEY-1": "a restricted key is restricted in every header that takes it, and no credential anywhere else",
  "KEY-2": "neither path tricks nor another host reach a handler that was not meant",
  "KEY-3": "a key has at most the rights of its owner",
  "KEY-4": "a stored provider key is sent to the origin it was saved with and to no other",
  "KEY-5": "expired, revoked, mistyped and foreign keys are refused in the same words",
  "KEY-6": "a revocation outlives ten thousand parallel uses",
  "RATE-1": "guessing passwords is slowed down by account and by network",
  "MASS-1": "fields that the server sets cannot be sent to any procedure",
  "MASS-2": "provider-specific params cannot replace what the gateway itself sends",

  // browsers
  "CSRF-1": "a page of another site cannot write with somebody's cookie",
  "CSRF-2": "on loopback, only our own names are answered",
  "HDR-1": "every answer carries the headers that keep browsers on the safe side",
  "XSS-1":
    "only raster pictures whose bytes are what they say are stored, on every way in, and served so that nothing runs",
  "XSS-2": "no picture is an address of our own that does something when it is loaded",
  "XSS-3": "nobody who looks at a model asks another host for its picture",
  "XSS-4": "stored texts are shown as text",

  // secrets
  "SEC-1": "no answer contains a stored secret, whoever asks",
  "SEC-2": "addresses of connections are shown to those who may see connections alone",
  "SEC-3": "a ciphertext opens only in the place that it was made for",
  "SEC-4": "a rotation of keys that is killed at any point goes on and loses nothing",
  "SEC-5": "a form that is saved again keeps the secrets that it cannot show",
  "LOG-1": "no secret comes into logs, errors or the audit log",

  // providers
  "SSRF-1": "addresses that are never connected to are refused in every spelling",
  "SSRF-2": "and again when the name is looked up for the connection itself",
  "GW-1": "there is no catch-all: what is not a route reaches no provider",
  "GW-2": "the name of a model is one segment of an upstream path, never more",
  "GW-3": "events of providers are written anew: nothing but parsed data comes through",
  "GW-4": "nothing in a request's body reaches the upstream address, headers or key",
  "GW-5": "all ways to call a model decide alike, streamed or not",
  "GW-6": "numbers and lists of a call are bounded",
  "OLL-1": "what changes an Ollama server is for administrators",
  "OLL-2": "neither files nor digests of callers reach an Ollama server, and old versions are warned of",
  "OLL-3": "no registry is chosen by a caller",
  "PATH-1": "no name that a client or a provider gives becomes a path on the disk",
  "PRV-11": "hostile encodings and headers of a provider cost nothing",

  // input
  "BATCH-1": "batches are bounded, and what costs or guesses is called alone",
  "BODY-1": "there are no forms and no multipart bodies",
  "BODY-2": "texts that the database cannot store are refused at the door",
  "DB-1": "a bearer token is no SQL",
  "DB-2": "a search takes wildcards literally, and cannot keep the process busy",
  "POLL-1": "no input reaches a prototype",
  "REDOS-1": "no regular expression of ours can be kept busy",
  "TPL-1": "templates are filled in literally and once",

  // settings and supply
  "CFG-1": "a fresh installation is closed: no sign-up, no CORS, no trusted proxies, private models",
  "CFG-2": "trying a connection takes what saving takes, from the same people",
  "CFG-3": "the process refuses to start with a short, empty or wrong secret key",
  "CFG-4": "the process runs on a version of Node that is safe, and refuses older ones",
  "DEP-1": "dependencies are old enough, locked and built by permission",
  "DEP-2": "addresses are judged in their canonical form",
  "LIB-1": "Fastify is bounded and trusts no forwarding header",
  "LIB-2": "the dashboard's files guard nothing",
  "LIB-3": "tRPC's bodies are read by our parser",
  "LIB-4": "no endpoint of the sign-in library answers that we did not mean to offer",
  "LIB-5": "no text becomes SQL",
  "LIB-6": "schemas ask nobody",
};

/** What a test comes for with work under way. */
export const expectedTests: Readonly<Record<string, string>> = {};

/** Why an id has no test. */
export const inapplicableTests: Readonly<Record<string, string>> = {};
