import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { signUpAdministrator } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

test("a caller who names the revision of its write is answered from it or later, and never from the future", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const list = (revision: string) =>
    fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${ada.token}`, "x-corral-min-revision": revision },
    });

  const { revision } = await ada.trpc.models.list.query({});
  const [epoch, number] = revision.split(".");
  const now = await list(revision);
  const future = await list(`${epoch}.${Number(number) + 1_000}`);
  const foreign = await list(`another-epoch.${number}`);

  expect(now.status).toBe(200);
  expect(now.headers.get("x-corral-revision")).toBe(revision);
  expect(await future.json()).toMatchObject({ error: { code: "invalid_input" } });
  expect([future.status, foreign.status]).toStrictEqual([400, 400]);
});
