import { randomBytes } from "node:crypto";
import { createTestDatabase } from "@corral/db/testing";
import { Secret } from "@corral/core";
import { appRouter } from "@corral/api";
import { expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { createContainer } from "../src/container.ts";
import { createLogger } from "../src/create-logger.ts";
import { parseEnv } from "../src/env.ts";
import { prepareFirstStart } from "../src/first-start.ts";
import { clientFor, password, type Person } from "./support/people.ts";
import { SecretCollector, startEcho, startRecorder } from "./support/secret-collector.ts";
import { createServerHome, spawnServer } from "./support/spawn-server.ts";
import { watchAnswers } from "./support/watch-answers.ts";

const timeout = 180_000;
/** Without a shape by which the log could tell it. */
const canary = (name: string) => `canary.${name}.${randomBytes(9).toString("hex")}`;

/** Secrets in every variable that takes one, with an administrator and connections to `echo`. */
function plantEnvironment(collector: SecretCollector, echo: string) {
  const plant = (label: string) => collector.plant(label, canary(label.toLowerCase().replaceAll("_", "-")));
  return {
    CORRAL_ADMIN_EMAIL: "ada@example.com",
    CORRAL_ADMIN_PASSWORD: plant("CORRAL_ADMIN_PASSWORD"),
    OPENAI_API_BASE_URLS: `${echo}/v1`,
    OPENAI_API_KEYS: plant("OPENAI_API_KEYS"),
    OLLAMA_BASE_URLS: echo,
    OLLAMA_API_KEYS: plant("OLLAMA_API_KEYS"),
    REFERRED_API_KEY: plant("REFERRED_API_KEY"),
    UNRELATED_TOKEN: plant("UNRELATED_TOKEN"),
    CORRAL_SIGNIN_FAILURES_PER_MINUTE: "1000",
  };
}

/** A secret in every column and header that holds one. */
async function plantConnections(collector: SecretCollector, ada: Person, echo: string): Promise<void> {
  const plant = (label: string) => collector.plant(label, canary(label.replaceAll(" ", "-")));
  const common = { url: `${echo}/v1`, defaultVisibility: { kind: "public" as const } };
  await ada.trpc.connections.create.mutate({
    ...common,
    provider: "openai",
    name: "Echo",
    authType: "bearer",
    key: plant("key"),
    headers: { "x-team": plant("header"), "proxy-authorization": `Basic ${plant("proxy credential")}` },
    adapter: { proxy: "http://127.0.0.1:9" },
  });
  await ada.trpc.connections.create.mutate({
    ...common,
    provider: "openai",
    name: "Static",
    authType: "bearer",
    key: plant("key of a static one"),
    headers: { authorization: `Token ${plant("authorization header")}` },
    models: { mode: "static", ids: ["echo"] },
  });
  await ada.trpc.connections.create.mutate({
    ...common,
    provider: "openai",
    name: "Referring",
    authType: "bearer",
    key: "env:REFERRED_API_KEY",
  });
  await ada.trpc.connections.create.mutate({
    ...common,
    url: echo,
    provider: "azure-openai",
    name: "Azure",
    authType: "entra",
    clientSecret: plant("client secret"),
    azure: {
      deployments: [{ name: "deployed", model: "gpt-4o" }],
      entra: {
        credential: {
          kind: "client-secret",
          tenantId: "00000000-0000-4000-8000-000000000001",
          clientId: "00000000-0000-4000-8000-000000000002",
          authorityHost: "https://127.0.0.1:9",
        },
      },
    },
  });
  await ada.trpc.sso.providers.create.mutate({
    slug: "acme",
    name: "Acme",
    issuer: "https://127.0.0.1:9",
    clientId: "corral",
    clientSecret: plant("identity provider"),
  });
}

/** What is made by the server, and shown once to whom it is made for. */
async function plantIssued(collector: SecretCollector, ada: Person): Promise<void> {
  const { secret } = await ada.trpc.scim.tokens.create.mutate({ name: "Directory" });
  collector.plant("SCIM token", secret);
  const { url } = await ada.trpc.invitations.create.mutate({ email: "eve@example.com" });
  collector.plant("invitation", /[\w-]{20,}/u.exec(new URL(url).hash)?.[0] ?? url);
  const { key } = await ada.trpc.keys.create.mutate({ name: "issued" });
  collector.plant("issued key", key);
}

const inputs = [
  undefined,
  {},
  { id: "echo" },
  { uid: "00000000-0000-4000-8000-000000000000" },
  { text: "{}" },
];
/** They would end the run: sessions, and the log of what was done. */
const ending = /^auth\.(?:signOut|signUp)|deleteAll$/u;

/** Calls every procedure with inputs that some of them take, as one caller. Answers and refusals alike are recorded. */
async function callEverything(
  url: string,
  token: string | undefined,
  paths: readonly string[],
): Promise<void> {
  const headers = {
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  // safe: the router's own table
  const procedures = appRouter._def.procedures as unknown as Readonly<
    Record<string, { readonly _def: { readonly type: "query" | "mutation" | "subscription" } }>
  >;
  const calls = Object.entries(procedures).flatMap(
    ([
      path,
      {
        _def: { type },
      },
    ]) => {
      if (ending.test(path)) return [];
      return inputs.map((input) => {
        const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
        return type === "mutation"
          ? { path: `/trpc/${path}`, method: "POST", body: JSON.stringify(input ?? {}) }
          : { path: `/trpc/${path}${query}`, method: "GET", body: null };
      });
    },
  );
  const reads = paths.flatMap((path) => [
    { path, method: "GET", body: null },
    { path, method: "POST", body: JSON.stringify(chat(false)) },
    { path, method: "POST", body: JSON.stringify(chat(true)) },
    { path, method: "POST", body: `{"model": "echo", "broken": ` },
    { path, method: "DELETE", body: null },
  ]);
  const left = [...calls, ...reads];
  const callNext = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { path, method, body } = next;
      const signal = AbortSignal.timeout(30_000);
      await readSome(await fetch(`${url}${path}`, { method, headers, body, signal }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, callNext));
}

/** The whole answer; of events, which go on for ever, what comes at once. */
async function readSome(answer: Response): Promise<void> {
  const isEndless = answer.url.includes("/trpc/events.");
  if (!isEndless || answer.body === null) {
    await answer.arrayBuffer();
    return;
  }
  const reader = answer.body.getReader();
  await reader.read();
  await reader.cancel();
}

function chat(stream: boolean) {
  return { model: "echo", stream, messages: [{ role: "user", content: "Hello" }], input: "Hello" };
}

const routes = [
  ["/health", "/ready", "/metrics", "/openapi.json", "/docs", "/nowhere", "/v1/models", "/v1/models/echo"],
  ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/nowhere"],
  ["/models", "/models/list", "/models/base", "/models/export", "/models/model?id=echo", "/api/models"],
  ["/api/v1/models", "/api/v1/models/base", "/api/v1/auths/api_key", "/api/v1/auths/", "/api/config"],
  ["/api/v1/users", "/api/v1/configs/connections", "/openai/config", "/openai/models", "/openai/urls"],
  ["/openai/keys", "/ollama/config", "/ollama/api/tags", "/ollama/api/ps", "/ollama/api/version"],
  ["/auth/sso/x", "/scim/v2/Users", "/.corral/secret.key", "/..%2f.corral%2fsecret.key"],
].flat();

test(
  "[SEC-1] [LOG-1] no answer, line or row holds a secret, and an answer that does is caught",
  { timeout },
  async () => {
    const collector = new SecretCollector();
    await using echo = await startEcho();
    await using database = await createTestDatabase();
    const environment = {
      ...plantEnvironment(collector, echo.url),
      CORRAL_SECRET_KEY: collector.plant("CORRAL_SECRET_KEY", randomBytes(32).toString("base64")),
      CORRAL_OLD_SECRET_KEYS: collector.plant("CORRAL_OLD_SECRET_KEYS", randomBytes(32).toString("base64")),
      DATABASE_URL: database.url,
    };
    collector.plant("DATABASE_URL", new URL(database.url).password);
    const parsed = parseEnv(environment);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const lines: string[] = [];
    const logger = createLogger("trace", false, { write: (line) => void lines.push(line) });
    const setupCode = new Secret(collector.plant("setup code", canary("setup-code")));
    await using container = await createContainer(parsed.env, { logger, version: "0.0.0-test", setupCode });
    await prepareFirstStart(container, logger);
    using answers = watchAnswers();
    const app = await createApp(container, { logger, dashboard: "/nowhere/" });
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => app.close());
    // the leak that has to be found, beside the real routes
    app.get("/leak", async () => {
      const [connection] = container.services.catalog.current().connections();
      const secrets = await container.database.unitOfWork.read(({ connections }) =>
        connections.getSecrets(connection?.uid ?? ""),
      );
      return { connection, key: secrets.key?.reveal() };
    });
    const target = await app.listen({ host: "127.0.0.1", port: 0 });
    container.setPort(Number(new URL(target).port));
    const recorder = stack.use(await startRecorder(target, collector));

    // what is issued is shown once, to whom it is issued, and so not recorded
    const signIn = async (email: string, word: string): Promise<Person> => {
      const { user, token } = await clientFor(target).auth.signIn.mutate({ email, password: word });
      collector.plant(`session of ${email}`, token);
      return { id: user.id, token, trpc: clientFor(recorder.url, token) };
    };
    const ada = await signIn("ada@example.com", environment.CORRAL_ADMIN_PASSWORD);
    await plantConnections(collector, ada, echo.url);
    await plantIssued(collector, { ...ada, trpc: clientFor(target, ada.token) });
    const memberPassword = collector.plant("password of a member", canary("member-password"));
    await ada.trpc.users.create.mutate({
      email: "bob@example.com",
      password: memberPassword,
      name: "Bob",
      role: "user",
    });
    const bob = await signIn("bob@example.com", memberPassword);
    const { key } = await clientFor(target, bob.token).keys.create.mutate({ name: "canary" });
    collector.plant("API key", key);
    for (const { uid } of (await ada.trpc.connections.list.query()).connections) {
      await ada.trpc.connections.refresh.mutate({ uid });
    }
    await clientFor(recorder.url)
      .auth.signIn.mutate({
        email: "bob@example.com",
        password: collector.plant("wrong password", canary("wrong")),
      })
      .catch(() => undefined);
    await fetch(
      `${recorder.url}/v1/models?api_key=${collector.plant("key in an address", canary("query"))}`,
      {
        headers: {
          authorization: `Bearer ${collector.plant("wrong key", canary("wrong-key"))}`,
          cookie: "sid=x",
        },
      },
    );
    for (const token of [undefined, bob.token, key, ada.token]) {
      await callEverything(recorder.url, token, routes);
    }
    await recorder.settled();
    collector.add("log", lines.join(""));
    await collector.addDatabase(database.url);

    expect(collector.find()).toStrictEqual([]);
    expect(collector.size).toBeGreaterThan(1_000);
    expect(echo.asked()).toBeGreaterThan(10);

    await fetch(`${recorder.url}/leak`);
    await recorder.settled();
    expect(collector.find()).toStrictEqual([
      { secret: expect.stringMatching(/_API_KEYS$/u), where: "GET /leak 200" },
    ]);
    answers.assertDescribed();
  },
);

test("[SEC-1] no process prints a secret, and no file but the key's holds one", { timeout }, async () => {
  const collector = new SecretCollector();
  await using home = await createServerHome();
  await using echo = await startEcho();
  const environment = {
    ...plantEnvironment(collector, echo.url),
    CORRAL_DATA_DIR: home.dataDir,
    CORRAL_LOG_LEVEL: "trace",
  };
  await using server = spawnServer(environment);
  const { url } = await server.ready();
  const { user, token } = await clientFor(url).auth.signIn.mutate({
    email: "ada@example.com",
    password: environment.CORRAL_ADMIN_PASSWORD,
  });
  collector.plant("session", token);
  const ada = { id: user.id, token, trpc: clientFor(url, token) };
  await plantConnections(collector, ada, echo.url);
  const bob = { email: "bob@example.com", password, name: "Bob", role: "user" as const };
  await ada.trpc.users.create.mutate(bob);
  // PostgreSQL says in its own log what clashes
  await ada.trpc.users.create.mutate(bob).catch(() => undefined);
  await plantIssued(collector, ada);
  await callEverything(url, token, ["/v1/models", "/v1/chat/completions"]);

  server.kill("SIGTERM");
  await server.exited;
  collector.add("stdout and stderr", server.output());
  await collector.addFiles(home.dataDir, ["secret.key"]);
  await collector.addFiles(await home.databaseDirectory());

  expect(collector.find()).toStrictEqual([]);
  expect(collector.size).toBeGreaterThan(500);
});
