import { createBadInputWorld, type BadInputWorld } from "../support/bad-input-world.ts";

/** An installation that holds one of everything that a request could name. */
export interface CasesWorld extends BadInputWorld {
  /** Of `open-base`, and of a model that nobody may read but Ada. */
  readonly baseUid: string;
  readonly policyUid: string;
  readonly keyUid: string;
  /** A bulk of Ada's over `changed`, which was changed again since. */
  readonly operationId: string;
  readonly archivedUid: string;
}

export async function createCasesWorld(): Promise<CasesWorld> {
  await using starting = new AsyncDisposableStack();
  const world = starting.use(await createBadInputWorld());
  const { ada, bob } = world;
  const readable = {
    kind: "restricted",
    read: { userIds: [bob.id], groupIds: [] },
    write: { userIds: [], groupIds: [] },
  } as const;
  await ada.trpc.models.create.mutate({
    id: "readable",
    name: "Readable",
    baseModelId: "open-base",
    access: readable,
  });
  await ada.trpc.models.create.mutate({ id: "changed", name: "Changed", baseModelId: "open-base" });
  const { operationId } = await ada.trpc.models.bulk.mutate({
    select: { ids: ["changed"] },
    change: { tags: { add: ["bulk"] } },
  });
  await ada.trpc.models.update.mutate({ id: "changed", revision: 2, meta: { tags: [] } });
  await ada.trpc.aliases.create.mutate({ id: "team", targets: [{ id: "preset" }] });
  await ada.trpc.baseNames.save.mutate({ name: "llama3.2", params: { seed: 1 } });
  const policy = await ada.trpc.policies.create.mutate({ name: "First", actions: { hidden: true } });
  await ada.trpc.groups.create.mutate({ name: "Others" });
  await ada.trpc.keys.create.mutate({ name: "Second" });
  const { apiKey } = await ada.trpc.keys.create.mutate({ name: "Robot" });
  const archived = await ada.trpc.connections.create.mutate({
    provider: "openai",
    name: "Gone",
    slug: "gone",
    url: "http://127.0.0.1:9/v1",
    authType: "none",
  });
  await ada.trpc.connections.delete.mutate({ uid: archived.uid });
  const { uid: baseUid } = await ada.trpc.models.get.query({ id: "open-base" });
  const resources = starting.move();
  return {
    ...world,
    baseUid,
    policyUid: policy.uid,
    keyUid: apiKey.id,
    operationId: operationId ?? "",
    archivedUid: archived.uid,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
