import { inOnePiece, serveInProcess } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { UpstreamEndpoint } from "../transport/upstream-endpoint.ts";
import type { GetToken } from "./provider-auth.ts";

const defaults = { firstByteMs: 5_000, idleMs: 5_000, totalMs: 5_000, listMs: 5_000 };
const { signal } = new AbortController();

/** An endpoint that accepts the tokens of a set, and a function that gives tokens in the order of a list. */
async function endpointWith(accepted: ReadonlySet<string>, getToken: GetToken, scope?: string) {
  const { baseUrl, transport, requests } = await serveInProcess(({ headers }) => {
    const token = headers["authorization"]?.slice("Bearer ".length) ?? "";
    return accepted.has(token)
      ? { body: JSON.stringify({ token }) }
      : { status: 401, body: `{"error":{"code":"Unauthorized","message":"${token} has expired"}}` };
  }, inOnePiece);
  const auth = { type: "entra" as const, getToken, ...(scope !== undefined && { scope }) };
  const endpoint = new UpstreamEndpoint({ baseUrl, transport, defaults, auth });
  return {
    ask: (own = signal) => endpoint.json({ path: "/", pace: "list", signal: own }),
    requests,
    endpoint,
  };
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const failureOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("[vector 56] tokens", () => {
  test("are asked for once by a hundred calls that need one at the same time", async () => {
    let asked = 0;
    const { ask, requests } = await endpointWith(new Set(["one"]), async () => {
      asked += 1;
      await later();
      return "one";
    });

    await Promise.all(Array.from({ length: 100 }, () => ask()));

    expect([asked, requests.length]).toEqual([1, 100]);
  });

  test("are renewed once for fifty calls that were refused with the same one", async () => {
    const refreshes: boolean[] = [];
    const { ask, requests } = await endpointWith(new Set(["two"]), async ({ refresh }) => {
      await later();
      refreshes.push(refresh);
      return refreshes.includes(true) ? "two" : "one";
    });

    await Promise.all(Array.from({ length: 50 }, () => ask()));

    expect(refreshes.filter(Boolean)).toHaveLength(1);
    expect(requests).toHaveLength(100);
  });

  test("are not renewed for a call whose refused one has been replaced meanwhile", async () => {
    const accepted = new Set(["one"]);
    const refreshes: boolean[] = [];
    let held: (() => void) | undefined;
    const { endpoint, requests } = await (async () => {
      const {
        baseUrl,
        transport,
        requests: seen,
      } = await serveInProcess(({ headers }) => {
        const isGood = accepted.has(headers["authorization"]?.slice("Bearer ".length) ?? "");
        return isGood ? { body: "{}" } : { status: 401, body: "{}" };
      }, inOnePiece);
      const getToken: GetToken = ({ refresh }) => {
        refreshes.push(refresh);
        return Promise.resolve(accepted.has("two") ? "two" : "one");
      };
      // The first request leaves with the first token and arrives after it was revoked.
      const slow: typeof transport = async (request) => {
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve));
        return transport(request);
      };
      const made = new UpstreamEndpoint({
        baseUrl,
        transport: slow,
        defaults,
        auth: { type: "entra", getToken },
      });
      return { endpoint: made, requests: seen };
    })();
    const ask = () => endpoint.json({ path: "/", pace: "list", signal });
    const late = ask();
    await expect.poll(() => held).toBeDefined();
    accepted.clear();
    accepted.add("two");
    await ask();

    held?.();
    await late;

    expect(refreshes).toEqual([false, false]);
    expect(requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer two",
      "Bearer one",
      "Bearer two",
    ]);
  });

  test("are asked for with the scope of the public cloud, or the one given", async () => {
    const scopes: string[] = [];
    const getToken: GetToken = ({ scope }) => {
      scopes.push(scope);
      return Promise.resolve("one");
    };
    const open = await endpointWith(new Set(["one"]), getToken);
    const sovereign = await endpointWith(
      new Set(["one"]),
      getToken,
      "https://cognitiveservices.azure.us/.default",
    );

    await open.ask();
    await sovereign.ask();

    expect(scopes).toEqual([
      "https://cognitiveservices.azure.com/.default",
      "https://cognitiveservices.azure.us/.default",
    ]);
  });

  test("one caller's leaving does not take the token away from the others", async () => {
    const given = Promise.withResolvers<string>();
    const { ask } = await endpointWith(new Set(["one"]), () => given.promise);
    const leaving = new AbortController();
    const left = failureOf(ask(leaving.signal));
    const stays = ask();

    leaving.abort();
    expect(await left).toMatchObject({ code: "request_cancelled" });
    given.resolve("one");

    await expect(stays).resolves.toEqual({ token: "one" });
  });

  test("a refused call is not repeated with the token that was refused", async () => {
    const { ask, requests } = await endpointWith(new Set(), () => Promise.resolve("one-that-is-stale"));

    const failure = await failureOf(ask());

    expect(failure).toMatchObject({ code: "upstream_unauthorized", details: { upstreamStatus: 401 } });
    expect(JSON.stringify(failure)).not.toContain("one-that-is-stale");
    expect(requests).toHaveLength(1);
  });
});

describe("[vector 56] without a token", () => {
  const wrongSecret =
    "invalid_client: Error(s): 7000215 - Description: AADSTS7000215: Invalid client secret provided.";
  test.each([
    [
      "wrong secret",
      () => Promise.reject(new Error(wrongSecret)),
      /refused our credentials \(AADSTS7000215\)/u,
    ],
    [
      "no network",
      () => Promise.reject(new Error("endpoints_resolution_error: See https://aka.ms/msal.js.errors")),
      /cannot be reached/u,
    ],
    ["a refused connection", () => Promise.reject(new Error("connect ECONNREFUSED")), /cannot be reached/u],
    ["a defect", () => Promise.reject(new TypeError("x is not a function")), /token function failed/u],
    ["no text", () => Promise.resolve(""), /gave none/u],
    // safe: what a caller in JavaScript may do
    ["undefined", () => Promise.resolve(undefined as unknown as string), /gave none/u],
  ])("%s: an error that says so, and no request", async (_, getToken, message) => {
    const { ask, requests } = await endpointWith(new Set(), getToken);

    const failure = await failureOf(ask());

    // safe: checked by the line itself
    expect((failure as Error).message).toMatch(message);
    expect(failure).toMatchObject({ code: "upstream_unauthorized", details: { upstreamClass: "auth" } });
    expect(requests).toHaveLength(0);
  });

  test("a token that cannot be a header is refused without being quoted", async () => {
    const { ask } = await endpointWith(new Set(), () => Promise.resolve("can\nary"));

    const failure = await failureOf(ask());

    expect(failure).toMatchObject({ code: "invalid_input" });
    expect(String(failure)).not.toContain("ary");
  });
});
