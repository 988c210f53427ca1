/*
 * Watches what importing the packages and making a provider does besides: which variables of the environment are read,
 * what is added to the globals, what is started, which requests are sent. Prints it as JSON.
 */

// zod is the consumer's own import: what it does is not ours to answer for.
await import("zod");

const read: string[] = [];
const note = (name: string | symbol): void => {
  // Line 0 is the error, 1 this function, 2 the trap. Node's own loader reads variables too.
  const reader = new Error().stack?.split("\n")[3] ?? "";
  if (!reader.includes("node:")) read.push(`${String(name)} ${reader.trim()}`);
};
process.env = new Proxy(process.env, {
  get: (variables, name) => {
    note(name);
    return Reflect.get(variables, name);
  },
  has: (variables, name) => {
    note(name);
    return Reflect.has(variables, name);
  },
  ownKeys: (variables) => {
    note("all");
    return Reflect.ownKeys(variables);
  },
});
const requested: string[] = [];
const ownFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  requested.push(input instanceof Request ? input.url : input.toString());
  return ownFetch(input, init);
};
const before = look();

const { createOllamaProvider } = await import("@corral/provider-ollama");
const { createOpenAIProvider } = await import("@corral/provider-openai");
await import("@corral/provider-kit");
await import("@corral/core");
await import("@corral/access-control");
createOllamaProvider({ baseUrl: "http://127.0.0.1:11434" });
createOpenAIProvider({ baseUrl: "https://api.openai.com/v1" });

const after = look();
const added = (key: keyof typeof before): string[] =>
  after[key].filter((name) => !before[key].includes(name));
process.stdout.write(
  JSON.stringify({
    read,
    requested,
    globals: added("globals"),
    listeners: added("listeners"),
    started: added("resources"),
  }),
);

function look() {
  return {
    globals: Reflect.ownKeys(globalThis).map(String),
    listeners: process.eventNames().map(String),
    resources: process.getActiveResourcesInfo(),
  };
}
