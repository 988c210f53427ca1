import type { AppRouter } from "@corral/api";
import { httpSubscriptionLink, TRPCClientError, type Operation, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { EventSource } from "eventsource";
import type { CorralError } from "./corral-error.ts";
import type { CorralFetch } from "./create-fetch.ts";
import { fromAnswer, isApiErrorData } from "./to-corral-error.ts";

/** Over in a moment: the subscription goes on where it was. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Server-sent events through `fetch`, which unlike the browser's own can carry a credential and tell why it was refused. */
export function subscriptionLink(url: string, send: CorralFetch): TRPCLink<AppRouter> {
  const refusals = new Map<number, TRPCClientError<AppRouter>>();
  const link = httpSubscriptionLink<AppRouter, typeof EventSource>({
    url,
    EventSource,
    eventSourceOptions: ({ op }) => ({
      fetch: async (address, init) => {
        const response = await send(address, init);
        if (response.ok) return response;
        // the caller of this reconnects
        if (passingStatuses.has(response.status))
          throw new TypeError(`The server answered ${response.status}.`);
        refusals.set(op.id, await readRefusal(response, op));
        return response;
      },
    }),
  });
  return (runtime) => {
    const run = link(runtime);
    return (options) =>
      observable((observer) => {
        const { id, path } = options.op;
        const subscription = run(options).subscribe({
          next(value) {
            const refusal = findRefusal(value.result, path);
            if (refusal === undefined) observer.next(value);
            else observer.error(refusal);
          },
          error: (error) => observer.error(refusals.get(id) ?? error),
          complete: () => observer.complete(),
        });
        return () => {
          refusals.delete(id);
          subscription.unsubscribe();
        };
      });
  };
}

/** tRPC tries again for ever whatever it does not know; ours says whether that is of any use. */
function findRefusal(result: object, path: string): CorralError | undefined {
  if (!("error" in result) || !(result.error instanceof TRPCClientError)) return undefined;
  const data: unknown = result.error.data;
  if (!isApiErrorData(data) || passingStatuses.has(data.httpStatus)) return undefined;
  return fromAnswer(data, result.error, path);
}

async function readRefusal(response: Response, { path }: Operation): Promise<TRPCClientError<AppRouter>> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const meta = { response };
  if (typeof body !== "object" || body === null || !("error" in body))
    return new TRPCClientError("", { meta });
  const error = TRPCClientError.from<AppRouter>(body, { meta });
  return isApiErrorData(error.data) ? fromAnswer(error.data, error, path) : error;
}
