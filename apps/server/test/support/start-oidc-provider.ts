import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** Who sits at the keyboard, with what the provider says of them. */
export type OidcPerson = { readonly sub: string } & Readonly<Record<string, unknown>>;

export type OidcServer = AsyncDisposable & {
  readonly issuer: string;
  readonly clientSecret: string;
  /** From now on everybody who signs in is this person. */
  signInAs(person: OidcPerson): void;
};

const clientSecret = "a-secret-of-the-test-client-0123456789";

/** The real `oidc-provider`, as a company's identity provider: one client, nobody is asked for a password or consent. */
export async function startOidcProvider(client: {
  readonly id: string;
  readonly slug: string;
  readonly url: string;
}): Promise<OidcServer> {
  const state: { person: OidcPerson; answer?: (request: IncomingMessage, response: ServerResponse) => void } =
    {
      person: { sub: "nobody" },
    };
  const server = createServer((request, response) => state.answer?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // safe: a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = createProvider(issuer, client, () => state.person);
  const callback = provider.callback();
  state.answer = (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void callback(request, response);
    const login = { accountId: state.person.sub };
    return void provider.interactionFinished(
      request,
      response,
      { login },
      { mergeWithLastSubmission: false },
    );
  };
  return {
    issuer,
    clientSecret,
    signInAs: (person) => {
      state.person = person;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createProvider(
  issuer: string,
  client: { readonly id: string; readonly slug: string; readonly url: string },
  person: () => OidcPerson,
): Provider {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  return new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: clientSecret,
        redirect_uris: [`${client.url}/auth/sso/${client.slug}/callback`],
        post_logout_redirect_uris: [`${client.url}/`],
      },
    ],
    jwks: { keys: [{ ...key, kid: "one", alg: "RS256", use: "sig" }] },
    cookies: { keys: ["keys of the test's provider"] },
    scopes: ["openid", "groups"],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name"],
      groups: ["groups", "role"],
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...person(), sub }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId,
        accountId: oidc.session?.accountId,
      });
      grant.addOIDCScope("openid email profile groups");
      await grant.save();
      return grant;
    },
  });
}
