import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
  type SimulatedOpenAI,
} from "@corral/simulated-providers";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { RestCaller, type RestAnswer } from "./rest-caller.ts";

export type Conformer = Person & { readonly rest: RestCaller };

/** An administrator and two members, by plain HTTP, with two private connections. */
export interface ConformanceWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly ollama: SimulatedOllama;
  readonly openai: SimulatedOpenAI;
  readonly ada: Conformer;
  readonly bob: Conformer;
  readonly eve: Conformer;
  readonly connect: (connection: Connection) => Promise<{ readonly uid: string; readonly slug: string }>;
}

export type Connection = Parameters<Person["trpc"]["connections"]["create"]["mutate"]>[0];

/** @param options.connected `false`: nobody has connected anything yet. */
export async function startConformanceWorld({ connected = true } = {}): Promise<ConformanceWorld> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(
    await startSimulatedOllama({
      models: [
        "llama3:8b",
        "llama3:70b",
        { name: "qwen3:8b", capabilities: ["completion", "tools"] },
        "spare:1b",
      ],
      library: [{ name: "phi4-mini", sizeBytes: 1_000 }],
    }),
  );
  const openai = starting.use(await startSimulatedOpenAI({ models: ["gpt-4o", "o3-mini"] }));
  const server = starting.use(await startTestServer());
  const ada = withRest(server, await signUpAdministrator(server));
  const bob = withRest(server, await addMember(server, ada, "Bob"));
  const eve = withRest(server, await addMember(server, ada, "Eve"));
  const connect = async (connection: Connection) => {
    const { uid, slug } = await ada.trpc.connections.create.mutate(connection);
    await ada.trpc.connections.refresh.mutate({ uid });
    return { uid, slug };
  };
  if (connected) {
    await connect({ provider: "ollama", name: "Lab", url: ollama.url });
    await connect({ provider: "openai", name: "Cloud", url: openai.baseUrl });
  }
  const resources = starting.move();
  return {
    server,
    ollama,
    openai,
    ada,
    bob,
    eve,
    connect,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function withRest({ url }: TestServer, person: Person): Conformer {
  return { ...person, rest: new RestCaller(url, person.token) };
}

/** A chat on `/v1`. */
export function postChat({ rest }: Conformer, model: string, more: object = {}): Promise<RestAnswer> {
  const messages = [{ role: "user", content: "hello" }];
  return rest.post("/v1/chat/completions", { model, messages, ...more });
}

/** A new model as a script sends it. */
export const form = (id: string, fields: object = {}) => ({
  id,
  name: id,
  base_model_id: "qwen3:8b",
  params: {},
  meta: {},
  ...fields,
});

/** Ids of a list, whichever of the shapes it has. */
export function idsOf({ body }: RestAnswer): readonly string[] {
  return (body["items"] ?? body["data"] ?? body).map(({ id }) => String(id));
}
