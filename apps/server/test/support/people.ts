import type { AppRouter } from "@corral/api";
import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { EventSource } from "eventsource";

export const password = "correct horse battery staple";

/** The typed client of one person. */
export type Person = {
  readonly id: string;
  readonly token: string;
  readonly trpc: ReturnType<typeof clientFor>;
};

/** A typed client with a bearer token; without one, that of a stranger. */
export function clientFor(url: string, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (address: string | URL | Request, init?: RequestInit) =>
              fetch(address, { ...init, headers: { ...toRecord(init?.headers), ...authorization } }),
          }),
        }),
        false: httpBatchStreamLink({ url: `${url}/trpc`, maxItems: 10, headers: () => authorization }),
      }),
    ],
  });
}

function toRecord(headers: RequestInit["headers"]): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

/** The first administrator. */
export async function signUpAdministrator(server: {
  readonly url: string;
  readonly setupCode: string;
}): Promise<Person> {
  const { setupCode } = server;
  const account = { email: "ada@example.com", password, name: "Ada", setupCode };
  const { user, token } = await clientFor(server.url).auth.signUp.mutate(account);
  return { id: user.id, token, trpc: clientFor(server.url, token) };
}

/** A member whom an administrator made, signed in. */
export async function addMember(
  server: { readonly url: string },
  administrator: Person,
  name: string,
): Promise<Person> {
  const email = `${name.toLowerCase()}@example.com`;
  await administrator.trpc.users.create.mutate({ email, password, name, role: "user" });
  const { user, token } = await clientFor(server.url).auth.signIn.mutate({ email, password });
  return { id: user.id, token, trpc: clientFor(server.url, token) };
}
