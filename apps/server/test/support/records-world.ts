import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
} from "@corral/simulated-providers";
import { addMember, signUpAdministrator, type Person } from "./people.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** Two connections that everybody sees, an administrator, and two members. */
export interface RecordsWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly ollama: SimulatedOllama;
  readonly ada: Person;
  readonly bob: Person;
  readonly eve: Person;
}

export async function startRecordsWorld(): Promise<RecordsWorld> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(
    await startSimulatedOllama({
      models: ["llama3.2:latest", { name: "qwen3:8b", capabilities: ["completion", "tools"] }],
    }),
  );
  const openai = starting.use(await startSimulatedOpenAI({ models: ["gpt-4o"], apiKey: "sk-up" }));
  const server = starting.use(await startTestServer());
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const eve = await addMember(server, ada, "Eve");
  const defaultVisibility = { kind: "public" } as const;
  const connections = [
    { provider: "ollama", name: "Lab", url: ollama.url, params: { top_k: 7 } },
    { provider: "openai", name: "Cloud", url: openai.baseUrl, authType: "bearer", key: "sk-up" },
  ] as const;
  for (const connection of connections) {
    const { uid } = await ada.trpc.connections.create.mutate({ ...connection, defaultVisibility });
    await ada.trpc.connections.refresh.mutate({ uid });
  }
  const resources = starting.move();
  return { server, ollama, ada, bob, eve, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

const nobody = { groupIds: [], userIds: [] };

export const sharedWith = (rights: { readonly read?: string[]; readonly write?: string[] }) => ({
  kind: "restricted" as const,
  read: { ...nobody, userIds: rights.read ?? [] },
  write: { ...nobody, userIds: rights.write ?? [] },
});

/** One white pixel. */
export const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=";
