import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { addMember, signUpAdministrator, type Person } from "./people.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** One connection, an administrator, and two members who share nothing yet. */
export interface AccessWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly ollama: SimulatedOllama;
  readonly connectionUid: string;
  readonly ada: Person;
  readonly bob: Person;
  readonly eve: Person;
}

export const base = "secret-base:7b";
/** Answered with as many words, 10 ms apart. */
export const words = (count: number) => `say ${count} words`;

export async function startAccessWorld(visibility: "public" | "private" = "private"): Promise<AccessWorld> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(
    await startSimulatedOllama({
      models: [base],
      pace: { firstTokenMs: 0, tokenMs: 10 },
      reply: ({ prompt }) => {
        const count = Number(/say (\d+) words/u.exec(prompt)?.[1] ?? 2);
        return { text: Array.from({ length: count }, (_, at) => `w${at} `) };
      },
    }),
  );
  const server = starting.use(await startTestServer());
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const eve = await addMember(server, ada, "Eve");
  const connection = {
    provider: "ollama" as const,
    name: "Cellar",
    url: ollama.url,
    defaultVisibility: { kind: visibility },
  };
  const { uid } = await ada.trpc.connections.create.mutate(connection);
  await ada.trpc.connections.refresh.mutate({ uid });
  const resources = starting.move();
  return {
    server,
    ollama,
    connectionUid: uid,
    ada,
    bob,
    eve,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const nobody = { groupIds: [], userIds: [] };

export function readableBy(who: { readonly groupIds?: string[]; readonly userIds?: string[] }) {
  return {
    kind: "restricted" as const,
    read: { groupIds: who.groupIds ?? [], userIds: who.userIds ?? [] },
    write: nobody,
  };
}

/** A chat on `/v1`; the body is not read yet. */
export function postChat(
  server: TestServer,
  token: string,
  call: { model: string; prompt?: string; stream?: boolean },
): Promise<Response> {
  const { model, prompt = "hello", stream = false } = call;
  return fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream, messages: [{ role: "user", content: prompt }] }),
  });
}

/** Status and code of a chat that is not streamed. */
export async function tryChat(server: TestServer, token: string, model: string) {
  const response = await postChat(server, token, { model });
  const { error } = (await response.json()) as { error?: { code: string } }; // either dialect's answer
  return { status: response.status, code: error?.code };
}

/** Ids that `/v1/models` lists; the status where it refuses. */
export async function listV1(server: TestServer, token: string): Promise<readonly string[] | number> {
  const response = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) return response.status;
  const { data } = (await response.json()) as { data: { id: string }[] }; // our own list
  return data.map(({ id }) => id);
}
