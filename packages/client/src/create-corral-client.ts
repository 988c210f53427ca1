import type { AppRouter, ChatEvent } from "@corral/api";
import {
  createTRPCClient,
  httpBatchStreamLink,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from "@trpc/client";
import {
  withCredential,
  withDeadline,
  withOwnAnswers,
  withRevisions,
  type CorralFetch,
} from "./create-fetch.ts";
import { retryLink } from "./retry-link.ts";
import { streamChat, type CallOptions, type ChatStreamInput } from "./stream-chat.ts";
import { subscriptionLink } from "./subscription-link.ts";

export type CorralClientOptions = {
  /** Of the server, e.g. `https://models.example.com`. */
  readonly url: string;
  /** Sends requests in place of the global `fetch`. */
  readonly fetch?: CorralFetch;
  /** How often a call that may safely be repeated is sent again; 2 when absent. */
  readonly retries?: number;
  /** How long a call may take: by default a minute to read and ten to write. Not for `chat` and subscriptions. */
  readonly timeoutMs?: number;
} & (
  | { readonly apiKey: string; readonly session?: never }
  /** The token that signing in gave. */
  | { readonly session: string; readonly apiKey?: never }
  /** The session cookie, in a page that Corral itself serves; or nobody, before signing in. */
  | { readonly apiKey?: never; readonly session?: never }
);

type Procedures = TRPCClient<AppRouter>;

/** Every procedure of Corral: `client.models.list.query(…)`, `client.models.update.mutate(…)`, `client.events.live.subscribe(…)`. */
export type CorralClient = Omit<Procedures, "chat"> & {
  readonly chat: Omit<Procedures["chat"], "stream"> & {
    /**
     * An answer step by step. Leaving the loop ends the answer at the server and at the provider.
     *
     * @throws CorralError from the iteration; also when the answer ends before it is complete.
     */
    stream(input: ChatStreamInput, options?: CallOptions): AsyncIterable<ChatEvent, void, void>;
  };
};

const readMs = 60_000;
const writeMs = 600_000;
/** Node's servers take 16 KiB of head. */
const maxUrlLength = 12_000;
const maxBatchItems = 10;

/**
 * A typed client. Reads that are asked for at the same moment share a request; answers come one by one.
 *
 * @throws CorralError from every call.
 */
export function createCorralClient(options: CorralClientOptions): CorralClient {
  const { retries = 2 } = options;
  const trpc = createTRPCClient<AppRouter>({ links: [retryLink(retries), transport(options)] });
  const chat = new Proxy(trpc.chat, {
    get: (target, name) =>
      name === "stream"
        ? (input: ChatStreamInput, call?: CallOptions) => streamChat(trpc, input, call)
        : Reflect.get(target, name),
  });
  // safe: all that differs is `chat`
  return new Proxy(trpc, {
    get: (target, name) => (name === "chat" ? chat : Reflect.get(target, name)),
  }) as unknown as CorralClient;
}

function transport(options: CorralClientOptions): TRPCLink<AppRouter> {
  const { timeoutMs } = options;
  const url = `${options.url.replace(/(?<!\/)\/+$/u, "")}/trpc`;
  const send = withCredential(options.fetch ?? ((...request) => fetch(...request)), options);
  const sendOn = withRevisions(withOwnAnswers(send));
  const within = (defaultMs: number) => forTrpc(withDeadline(sendOn, timeoutMs ?? defaultMs));
  return splitLink({
    condition: ({ type }) => type === "subscription",
    true: subscriptionLink(url, send),
    false: splitLink({
      condition: ({ type }) => type === "query",
      true: httpBatchStreamLink({
        url,
        fetch: within(readMs),
        maxItems: maxBatchItems,
        maxURLLength: maxUrlLength,
      }),
      false: splitLink({
        condition: ({ path }) => path === "chat.stream",
        // alone, so that leaving it ends nothing else
        true: httpBatchStreamLink({ url, fetch: forTrpc(sendOn), maxItems: 1 }),
        // A write's head must not be sent before the write is done: it bears the revision to read from.
        false: splitLink({
          condition: ({ path }) => path.startsWith("chat."),
          true: httpLink({ url, fetch: forTrpc(sendOn) }),
          false: httpLink({ url, fetch: within(writeMs) }),
        }),
      }),
    }),
  });
}

/** tRPC's own type would let requests through that it never sends. */
function forTrpc(send: CorralFetch): (input: string | URL | Request, init?: object) => Promise<Response> {
  return (input, init) => send(input instanceof Request ? input.url : input, init);
}
