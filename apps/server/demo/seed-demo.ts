import type { AppRouter } from "@corral/api";
import type { DemoProviders } from "@corral/simulated-providers/demo";
import { createTRPCClient, httpLink } from "@trpc/client";

type Api = ReturnType<typeof clientFor>;

/** Connections and sample models of the demo, made once: what its user changes stays changed. */
export async function seedDemo(
  url: string,
  administrator: { readonly email: string; readonly password: string },
  providers: DemoProviders,
): Promise<void> {
  const { token } = await clientFor(url).auth.signIn.mutate(administrator);
  const api = clientFor(url, token);
  const { connections } = await api.connections.list.query();
  if (connections.length > 0) return;
  await connect(api, { provider: "ollama", name: "Simulated lab", url: providers.ollama.url });
  await connect(api, { provider: "openai", name: "Simulated cloud", url: providers.openai.baseUrl });
  await makeModels(api);
  await api.auth.signOut.mutate();
}

async function connect(
  api: Api,
  endpoint: { readonly provider: "ollama" | "openai"; readonly name: string; readonly url: string },
): Promise<void> {
  const { uid } = await api.connections.create.mutate({
    ...endpoint,
    tags: ["simulated"],
    defaultVisibility: { kind: "public" },
  });
  await api.connections.refresh.mutate({ uid });
}

async function makeModels(api: Api): Promise<void> {
  const group = await api.groups.create.mutate({
    name: "Support team",
    description: "Sorts what customers write.",
  });
  await api.models.create.mutate({
    id: "support-triage",
    name: "Support triage",
    baseModelId: "llama3.2",
    params: {
      system: "You sort incoming tickets. Answer with one word: billing, bug or question.",
      temperature: 0.2,
    },
    meta: { description: "Sorts a ticket into billing, bug or question.", tags: [{ name: "support" }] },
    access: {
      kind: "restricted",
      read: { groupIds: [group.id], userIds: [] },
      write: { groupIds: [], userIds: [] },
    },
  });
  await api.models.create.mutate({
    id: "release-notes",
    name: "Release notes",
    baseModelId: "sim-gpt-large",
    params: { system: "Turn the list of changes into short release notes for users.", max_tokens: 600 },
    meta: { description: "Writes release notes from a list of changes.", tags: [{ name: "writing" }] },
    access: { kind: "public" },
  });
}

function clientFor(url: string, token?: string) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: () => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
      }),
    ],
  });
}
