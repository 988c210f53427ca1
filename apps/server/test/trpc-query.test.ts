import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { addMember, signUpAdministrator } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

type Answer = { readonly status: number; readonly headers: Record<string, string>; readonly body: string };

/** What frames an answer or names one request, and so differs between any two. */
const ofOneAnswer = ["date", "x-request-id", "content-length", "transfer-encoding"];

async function ask(server: TestServer, path: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${server.url}/trpc/${path}`, { headers });
  const kept = [...response.headers].filter(([name]) => !ofOneAnswer.includes(name));
  const body = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    body: body.replace(/"requestId":"[^"]+"/u, '"requestId":"…"'),
  };
}

/** A parameter that nobody reads makes a query unusual, and so the adapter's. */
async function askAdapter(
  server: TestServer,
  path: string,
  headers: Record<string, string>,
): Promise<Answer> {
  return ask(server, `${path}${path.includes("?") ? "&" : "?"}unusual=1`, headers);
}

function withInput(path: string, input: unknown): string {
  return `${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
}

test("a single query is answered with the bytes of tRPC's adapter, whatever comes of it", async () => {
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  await ada.trpc.groups.create.mutate({ name: "Support ☎", memberIds: [bob.id] });
  const asAda = { authorization: `Bearer ${ada.token}` };
  const asBob = { authorization: `Bearer ${bob.token}` };
  const requests: [path: string, headers: Record<string, string>, status: number][] = [
    [withInput("models.list", { limit: 5, facets: true }), asAda, 200],
    [withInput("models.list", {}), asBob, 200],
    [withInput("models.list", {}), { ...asBob, "content-type": "application/json" }, 200],
    ["groups.list", asAda, 200],
    ["auth.setupState", {}, 200],
    ["auth.session", {}, 200],
    ["auth.session", { cookie: "sid=forged" }, 200],
    [withInput("models.list", { limit: 0 }), asAda, 400],
    [withInput("models.list", { limit: 5, what: "?" }), asAda, 400],
    [withInput("models.list", null), asAda, 400],
    ["models.list", asAda, 400],
    ["models.list?input=", asAda, 400],
    ["models.list?input=%7Bbroken", asAda, 400],
    [withInput("models.get", { id: "nobody-has-this" }), asAda, 404],
    [withInput("models.list", {}), {}, 401],
    [withInput("models.list", {}), { authorization: "Bearer nonsense" }, 401],
    [withInput("users.list", {}), asBob, 403],
    ["nothing.here", asAda, 404],
    ["models.create", asAda, 405],
  ];

  for (const [path, headers, status] of requests) {
    const ours = await ask(server, path, headers);

    expect({ path, ...ours }).toStrictEqual({ path, ...(await askAdapter(server, path, headers)) });
    expect([path, ours.status]).toStrictEqual([path, status]);
  }
});

test("only what is unusual costs the adapter's streams", async () => {
  await using server = await startTestServer();
  const lengthOf = async (path: string) =>
    (await fetch(`${server.url}/trpc/${path}`)).headers.get("content-length");

  expect(await lengthOf("auth.setupState")).not.toBeNull();
  expect(await lengthOf("auth.setupState?unusual=1")).toBeNull();
  expect(await lengthOf("auth.setupState,auth.setupState?batch=1")).toBeNull();
});

test("[CACHE-1] a page that was prepared is not shown when the catalog has changed, nor to somebody else", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const list = withInput("models.list", {});
  const asAda = { authorization: `Bearer ${ada.token}` };
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });

  const before = await ask(server, list, asAda);
  const again = await ask(server, list, asAda);
  const bobs = await ask(server, list, { authorization: `Bearer ${bob.token}` });
  await ada.trpc.models.create.mutate({ id: "llama3.2", name: "Renamed", baseModelId: null });
  const after = await ask(server, list, asAda);

  expect(before.body).toContain('"name":"llama3.2:latest"');
  expect(again).toStrictEqual(before);
  expect(bobs.body).not.toContain("llama3.2");
  expect(after.body).toContain('"name":"Renamed"');
});
