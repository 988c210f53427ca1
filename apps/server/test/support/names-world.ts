import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { expect } from "vitest";
import { addMember, signUpAdministrator, type Person } from "./people.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** An installation with two servers of equal rank, whose models say who they are. */
export interface NamesWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly ada: Person;
  readonly bob: Person;
  /** What a model answers when it is called by this name. */
  readonly ask: (model: string) => Promise<string>;
  /** Adds an Ollama connection, open to everybody, and lists it. */
  connectOllama(name: string, models: Parameters<typeof startSimulatedOllama>[0]): Promise<Connected>;
  refresh(connected: Connected): Promise<void>;
  /** Takes a model from its server, as if it had been missing for long. */
  lose(connected: Connected, model: string): Promise<void>;
}

export type Connected = { readonly uid: string; readonly slug: string; readonly ollama: SimulatedOllama };

export async function startNamesWorld(): Promise<NamesWorld> {
  await using starting = new AsyncDisposableStack();
  const server = starting.use(await startTestServer());
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const running = starting.move();

  const refresh = async ({ uid }: { readonly uid: string }) => {
    await ada.trpc.connections.refresh.mutate({ uid });
  };
  return {
    server,
    ada,
    bob,
    refresh,
    async ask(model) {
      const messages = [{ role: "user" as const, content: "Who are you?" }];
      const { choices } = await bob.trpc.chat.complete.mutate({ model, messages });
      return choices[0]?.text ?? "";
    },
    async connectOllama(name, options) {
      const ollama = running.use(
        await startSimulatedOllama({ reply: ({ model }) => `${name} ${model}`, ...options }),
      );
      const { uid, slug } = await ada.trpc.connections.create.mutate({
        provider: "ollama",
        name,
        url: ollama.url,
        defaultVisibility: { kind: "public" },
      });
      await refresh({ uid });
      return { uid, slug, ollama };
    },
    async lose({ uid, ollama }, model) {
      const { uid: baseUid } = await ada.trpc.models.get.query({ id: model });
      ollama.removeModel(model);
      await refresh({ uid });
      await using database = await connect(server.databaseUrl);
      await database.query(
        "update placements set missing_since = now() where base_uid = $1 and missing_since is null",
        [baseUid],
      );
      await expect
        .poll(async () => (await ada.trpc.models.get.query({ id: model })).status)
        .toBe("gone_upstream");
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
