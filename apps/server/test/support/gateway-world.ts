import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
  type SimulatedOpenAI,
} from "@corral/simulated-providers";
import type { EnvSource } from "../../src/env.ts";
import { addMember, signUpAdministrator, type Person } from "./people.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

/** Both kinds of upstream, a model of ours over each, an administrator, and a reader who knows no base. */
export interface GatewayWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly ollama: SimulatedOllama;
  readonly openai: SimulatedOpenAI;
  readonly ada: Person;
  readonly reader: Person;
  /** Keys for `/v1`. */
  readonly adasKey: string;
  readonly readersKey: string;
  /** Ends all faults; the connections are saved again, and so their circuits begin anew. */
  mend(): Promise<void>;
}

export const upstreamKey = "sk-upstream-0123456789abcdef";

/** What a reader may never see: the bases' ids. The addresses and the key are added by the tests. */
export const baseIds = { ollama: "quiet-base:7b", openai: "loud-base-1" } as const;

export async function startGatewayWorld(source: EnvSource = {}): Promise<GatewayWorld> {
  await using starting = new AsyncDisposableStack();
  const ollama = starting.use(
    await startSimulatedOllama({
      models: [{ name: baseIds.ollama, capabilities: ["completion", "tools"] }],
      library: [{ name: "phi4-mini", sizeBytes: 3_000_000 }],
      reply: () => ({ text: ["Hel", "lo, ", "wörld"] }),
    }),
  );
  const openai = starting.use(
    await startSimulatedOpenAI({
      models: [baseIds.openai],
      apiKey: upstreamKey,
      reply: () => ({ text: ["Hel", "lo, ", "wörld"] }),
    }),
  );
  const server = starting.use(await startTestServer(source));
  const ada = await signUpAdministrator(server);
  const reader = await addMember(server, ada, "Reader");
  const timeouts = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, listMs: 1_000 };
  const connections = [
    { provider: "ollama" as const, name: "Quiet", url: ollama.url, timeouts },
    {
      provider: "openai" as const,
      name: "Loud",
      url: openai.baseUrl,
      authType: "bearer" as const,
      key: upstreamKey,
      timeouts,
    },
  ];
  const saved: { readonly uid: string; revision: number }[] = [];
  for (const connection of connections) {
    const { uid, revision } = await ada.trpc.connections.create.mutate(connection);
    await ada.trpc.connections.refresh.mutate({ uid });
    saved.push({ uid, revision });
  }
  for (const provider of ["ollama", "openai"] as const) {
    await ada.trpc.models.create.mutate({
      id: `on-${provider}`,
      name: `On ${provider}`,
      baseModelId: baseIds[provider],
      access: { kind: "public" },
    });
  }
  const { key: adasKey } = await ada.trpc.keys.replaceDefault.mutate();
  const { key: readersKey } = await reader.trpc.keys.replaceDefault.mutate();
  const resources = starting.move();
  return {
    server,
    ollama,
    openai,
    ada,
    reader,
    adasKey,
    readersKey,
    async mend() {
      ollama.faults.clear();
      openai.faults.clear();
      for (const connection of saved) {
        connection.revision = (await ada.trpc.connections.update.mutate({ ...connection })).revision;
        // Else a listing that still runs meets the next test's faults.
        await ada.trpc.connections.refresh.mutate({ uid: connection.uid });
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A chat as bytes: nothing parsed, nothing retried. */
export async function postChat(world: GatewayWorld, body: object, key = world.readersKey) {
  const response = await fetch(`${world.server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "hello" }], ...body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The same bytes with the two values that differ each time made equal; fails where they differ within an answer. */
export function normalize(text: string): string {
  const ids = new Set(text.match(/chatcmpl-[\w-]{22}/gu));
  const times = new Set(text.match(/"created":\d+/gu));
  if (ids.size > 1 || times.size > 1) throw new Error(`Not one id and one time: ${text}`);
  return text.replace(/chatcmpl-[\w-]{22}/gu, "ID").replace(/"created":\d+/gu, '"created":0');
}
