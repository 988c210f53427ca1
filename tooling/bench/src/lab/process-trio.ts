import { connect } from "@corral/db/testing";
import { Pool } from "undici";
import { z } from "zod";
import { WrongAnswer } from "../run-calls.ts";
import type { Lab } from "./lab.ts";
import type { Person } from "./person.ts";
import { toQueryPath, type CorralServer } from "./start-corral.ts";

export const modelId = "bench-shared";

/** Three servers on one database, and a model that the first one changes while the others are asked for it. */
export interface ProcessTrio extends AsyncDisposable {
  readonly first: CorralServer;
  readonly others: readonly [CorralServer, CorralServer];
  /** Saves a name for the model on the first server. @returns How long the acknowledgement took, in milliseconds. */
  rename(name: string): Promise<number>;
  /** Lets the reader read the model, or nobody. */
  share(isShared: boolean): Promise<number>;
  /** The model's name on a server and the revision of that answer; never one before `minRevision`. */
  readName(
    server: CorralServer,
    minRevision?: string,
  ): Promise<{ readonly name: string; readonly revision: string }>;
  /** The status with which a server answers to the reader's call for the model. */
  readStatus(server: CorralServer): Promise<number>;
  /** From now on nobody is notified of anything, until the next call. */
  loseNotifications(isLost: boolean): Promise<void>;
}

const modelSchema = z.object({ revision: z.number() });
const namedSchema = z.object({ result: z.object({ data: z.object({ name: z.string() }) }) });

export async function openTrio(lab: Lab): Promise<ProcessTrio> {
  await using opening = new AsyncDisposableStack();
  const first = opening.use(await lab.startCorral());
  const others = [
    opening.use(await lab.joinCorral(first)),
    opening.use(await lab.joinCorral(first)),
  ] as const;
  const pools = new Map(
    [first, ...others].map((server) => [server, new Pool(server.url, { connections: 8 })]),
  );
  opening.defer(async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))));
  const { administrator: as } = lab;
  const [reader] = lab.members;
  if (reader === undefined) throw new Error("There are no members.");
  const input = { id: modelId, name: "Version 0", baseModelId: "base-1" };
  let { revision } = await first.mutate("models.create", input, { as, schema: modelSchema });

  const update = async (change: object): Promise<number> => {
    const started = performance.now();
    const patch = { id: modelId, revision, ...change };
    ({ revision } = await first.mutate("models.update", patch, { as, schema: modelSchema }));
    return performance.now() - started;
  };
  const get = (server: CorralServer, path: string, headers: Readonly<Record<string, string>>) => {
    const pool = pools.get(server);
    if (pool === undefined) throw new Error("There is no such server.");
    return pool.request({ method: "GET", path, headers });
  };
  const resources = opening.move();
  return {
    first,
    others,
    rename: (name) => update({ name }),
    share: (isShared) => update({ access: isShared ? readableBy(reader) : { kind: "private" } }),
    async readName(server, minRevision) {
      const headers = {
        ...as.headers,
        ...(minRevision !== undefined && { "x-corral-min-revision": minRevision }),
      };
      const answer = await get(server, toQueryPath("models.get", { id: modelId }), headers);
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new WrongAnswer(`models.get: ${answer.statusCode} ${text}`);
      const { result } = namedSchema.parse(JSON.parse(text));
      return { name: result.data.name, revision: String(answer.headers["x-corral-revision"]) };
    },
    async readStatus(server) {
      const answer = await get(server, `/v1/models/${modelId}`, reader.headers);
      await answer.body.dump();
      return answer.statusCode;
    },
    loseNotifications: (isLost) => replaceNotify(first.databaseUrl, isLost),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function readableBy({ id }: Person) {
  const nobody = { groupIds: [], userIds: [] };
  return { kind: "restricted", read: { ...nobody, userIds: [id] }, write: nobody };
}

const notify = "perform pg_notify('corral_changes', taken::text);";
const noNotify = "-- perform pg_notify('corral_changes', taken::text);";

/** Takes the notification out of the function that gives out numbers, or puts it back. */
async function replaceNotify(databaseUrl: string, isLost: boolean): Promise<void> {
  await using client = await connect(databaseUrl);
  const { rows } = await client.query<{ text: string }>(
    "select pg_get_functiondef('corral_take_number'::regproc) as text",
  );
  const [before, after] = isLost ? [notify, noNotify] : [noNotify, notify];
  const text = rows[0]?.text ?? "";
  if (!text.includes(before)) throw new Error("The notification is not where it was.");
  await client.query(text.replace(before, after));
}
