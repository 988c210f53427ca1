import { appRouter, type ApiContext } from "@corral/api";
import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from "@trpc/server";
import type { FastifyReply, FastifyRequest } from "fastify";

type SingleQuery = { readonly path: string; readonly input: unknown };

type QueryPorts = {
  readonly createContext: (
    request: FastifyRequest,
    reply: FastifyReply,
    paths: readonly string[],
  ) => Promise<ApiContext>;
  readonly onError: (
    request: FastifyRequest,
    failure: { readonly error: TRPCError; readonly path: string },
  ) => void;
};

/** Queries whose answer is frozen, and the same object for the same question: its text is made once. */
const preparedPaths: ReadonlySet<string> = new Set(["models.list"]);
const jsonType = /^application\/json(?:;|$)/iu;

/**
 * Answers a query that stands alone in its request as tRPC's adapter would, byte for byte, without the `Request`, the
 * `Response` and the web streams that it makes for each: most of the time that a page at hand costs. Batches,
 * mutations, subscriptions and whatever is unusual are the adapter's.
 */
export function createQueryRoute({ createContext, onError }: QueryPorts) {
  const queries = listQueries();
  const prepared = new WeakMap<object, Buffer>();

  const toBody = (path: string, data: unknown): Buffer => {
    if (!preparedPaths.has(path) || !isFrozenObject(data)) return toBytes({ result: { data } });
    const known = prepared.get(data) ?? toBytes({ result: { data } });
    prepared.set(data, known);
    return known;
  };

  /** `undefined`: nothing was done, and the adapter is to answer. */
  return async (request: FastifyRequest, reply: FastifyReply, path: string): Promise<Buffer | undefined> => {
    const query = queries.has(path) ? readQuery(request, path) : undefined;
    if (query === undefined) return undefined;
    reply.header("content-type", "application/json").header("vary", "trpc-accept, accept");
    let ctx: ApiContext | undefined;
    try {
      ctx = await createContext(request, reply, [path]);
      return toBody(path, await callQuery(query, ctx));
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onError(request, { error, path });
      const config = appRouter._def._config;
      const shape = getTRPCErrorShape({ config, error, type: "query", path, input: query.input, ctx });
      reply.status(shape.data.httpStatus);
      return toBytes({ error: shape });
    }
  };
}

/** No query of ours outlives the moment it is asked in, so none takes a signal. */
async function callQuery({ path, input }: SingleQuery, ctx: ApiContext): Promise<unknown> {
  const getRawInput = async () => input;
  return callTRPCProcedure({
    router: appRouter,
    type: "query",
    signal: undefined,
    batchIndex: 0,
    path,
    ctx,
    getRawInput,
  });
}

/** `undefined` for what is no plain query: anything that the adapter may read in another way. */
function readQuery(request: FastifyRequest, path: string): SingleQuery | undefined {
  const { method, headers, url } = request;
  if (method !== "GET" || headers["trpc-accept"] !== undefined) return undefined;
  if (headers["content-type"] !== undefined && !jsonType.test(headers["content-type"])) return undefined;
  const start = url.indexOf("?");
  const search = new URLSearchParams(start === -1 ? "" : url.slice(start + 1));
  const text = search.get("input");
  if (search.size !== (text === null ? 0 : 1)) return undefined;
  if (text === null || text === "") return { path, input: undefined };
  try {
    return { path, input: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function listQueries(): ReadonlySet<string> {
  const procedures: Readonly<Record<string, unknown>> = appRouter._def.procedures;
  return new Set(Object.keys(procedures).filter((path) => isQuery(procedures[path])));
}

function isQuery(procedure: unknown): boolean {
  if (typeof procedure !== "function" || !("_def" in procedure)) return false;
  // safe: what tRPC itself goes by
  return (procedure._def as { readonly type?: unknown }).type === "query";
}

function isFrozenObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.isFrozen(value);
}

function toBytes(envelope: object): Buffer {
  return Buffer.from(JSON.stringify(envelope));
}
