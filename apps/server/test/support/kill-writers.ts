import { TRPCClientError } from "@trpc/client";
import { clientFor, type Person } from "./people.ts";

/** What one writer believes to be stored. Every write changes it as a whole or not at all. */
export type Believed = {
  /** By id; the stamp stands in the name and in a parameter, so that half a write shows. */
  readonly models: Readonly<Record<string, { readonly stamp: number; readonly shared: boolean }>>;
  /** Of the API key; `null` without one. */
  readonly keyId: string | null;
};

/** A writer's belief, and what one more write would make of it that was sent but never answered. */
export type Writer = {
  readonly person: Pick<Person, "id" | "token">;
  readonly prefix: string;
  believed: Believed;
  unanswered: Believed | undefined;
  /** Text of the current key, while this writer knows it. */
  keyText: string | undefined;
  acknowledged: number;
};

export const newKey = "a key that was made without an answer";

export function createWriter(person: Writer["person"], prefix: string): Writer {
  return {
    person,
    prefix,
    believed: { models: {}, keyId: null },
    unanswered: undefined,
    keyText: undefined,
    acknowledged: 0,
  };
}

/** Writes one thing after the other until the server is gone. @throws whatever a living server refuses. */
export async function writeUntilKilled(
  writer: Writer,
  server: { readonly url: string; readonly groupId: string },
): Promise<void> {
  const { trpc } = { trpc: clientFor(server.url, writer.person.token) };
  writer.unanswered = undefined;
  for (;;) {
    const write = nextWrite(writer, trpc, server.groupId);
    writer.unanswered = write.after;
    try {
      writer.believed = await write.send();
    } catch (error) {
      assertGone(error);
      return;
    }
    writer.unanswered = undefined;
    writer.acknowledged += 1;
  }
}

/** @throws what a living server answered: a killed one says nothing. */
export function assertGone(error: unknown): void {
  if (!(error instanceof TRPCClientError) || error.data !== undefined) throw error;
}

type Client = ReturnType<typeof clientFor>;
type Write = { readonly after: Believed; readonly send: () => Promise<Believed> };

const slots = 4;

function nextWrite(writer: Writer, trpc: Client, groupId: string): Write {
  const { believed } = writer;
  const id = `${writer.prefix}-${pick(slots)}`;
  const model = believed.models[id];
  const stamp = Math.floor(Math.random() * 1_000_000_000);
  if (pick(8) === 0) return replaceKey(writer, trpc);
  if (model === undefined) {
    const after = withModel(believed, id, { stamp, shared: false });
    const fields = { id, baseModelId: "base", ...stamped(stamp) };
    return sending(after, () => trpc.models.create.mutate(fields));
  }
  if (pick(3) === 0) {
    const { [id]: _gone, ...models } = believed.models;
    return sending({ ...believed, models }, () => trpc.models.delete.mutate({ id, force: true }));
  }
  const shared = pick(2) === 0;
  const after = withModel(believed, id, { stamp, shared });
  return sending(after, async () => {
    const { revision } = await trpc.models.get.query({ id });
    if (revision === null) throw new Error(`${id} has no revision`);
    await trpc.models.update.mutate({ id, revision, ...stamped(stamp), access: accessOf(shared, groupId) });
  });
}

function replaceKey(writer: Writer, trpc: Client): Write {
  return {
    after: { ...writer.believed, keyId: newKey },
    async send() {
      const { apiKey, key } = await trpc.keys.replaceDefault.mutate();
      writer.keyText = key;
      return { ...writer.believed, keyId: apiKey.id };
    },
  };
}

function sending(after: Believed, send: () => Promise<unknown>): Write {
  return { after, send: async () => send().then(() => after) };
}

function stamped(stamp: number) {
  return { name: `Stamp ${stamp}`, params: { seed: stamp }, meta: { description: String(stamp) } };
}

function accessOf(shared: boolean, groupId: string) {
  if (!shared) return { kind: "private" as const };
  const nobody = { groupIds: [], userIds: [] };
  return { kind: "restricted" as const, read: { groupIds: [groupId], userIds: [] }, write: nobody };
}

function withModel(believed: Believed, id: string, model: Believed["models"][string]): Believed {
  return { ...believed, models: { ...believed.models, [id]: model } };
}

function pick(count: number): number {
  return Math.floor(Math.random() * count);
}

/** What is really stored, read through a server that has just started. */
export async function readStored(writer: Writer, url: string): Promise<Believed> {
  const trpc = clientFor(url, writer.person.token);
  const [page, key] = await Promise.all([
    trpc.models.list.query({ view: "created", limit: 100 }),
    trpc.keys.getDefault.query(),
  ]);
  const models = await Promise.all(
    page.rows.map(async ({ id }) => {
      const { name, definition, description } = await trpc.models.get.query({ id });
      const stamp = Number(definition?.params["seed"]);
      // a half-applied write would have two stamps
      const isWhole = name === `Stamp ${stamp}` && description === String(stamp);
      const shared = definition?.access.kind === "restricted";
      return [id, { stamp: isWhole ? stamp : Number.NaN, shared }] as const;
    }),
  );
  return { models: Object.fromEntries(models), keyId: key?.id ?? null };
}

/** Takes what is stored for the new belief. @throws where an acknowledged write is lost or an unanswered one is half there. */
export function settle(writer: Writer, stored: Believed): void {
  const { believed, unanswered } = writer;
  const isNewKey = unanswered?.keyId === newKey && stored.keyId !== believed.keyId;
  const seen = isNewKey ? { ...stored, keyId: newKey } : stored;
  const candidates = unanswered === undefined ? [believed] : [believed, unanswered];
  if (!candidates.some((candidate) => isSame(candidate, seen))) {
    throw new Error(
      `Stored ${JSON.stringify(seen)} is neither of ${candidates.map((one) => JSON.stringify(one)).join(" and ")}`,
    );
  }
  if (isNewKey) writer.keyText = undefined;
  writer.believed = stored;
  writer.unanswered = undefined;
}

function isSame(one: Believed, other: Believed): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ models, keyId }: Believed): string {
  const sorted = Object.entries(models).toSorted(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([sorted.map(([id, { stamp, shared }]) => [id, stamp, shared]), keyId]);
}
