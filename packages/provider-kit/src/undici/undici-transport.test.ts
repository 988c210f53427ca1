import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { lookup as resolveName } from "node:dns";
import { connect, type AddressInfo, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { UpstreamEndpoint } from "../index.ts";
import { isOutboundAddress } from "../outbound/outbound-address.ts";
import { fetchTransport } from "../transport/fetch-transport.ts";
import { createUndiciTransport, type UndiciTransportOptions } from "./undici-transport.ts";

type RunningServer = AsyncDisposable & { readonly baseUrl: string; readonly seen: IncomingMessage[] };

async function listen(listener: RequestListener, port = 0, host = "127.0.0.1"): Promise<RunningServer> {
  const seen: IncomingMessage[] = [];
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  // safe: a listening TCP server has such an address
  const address = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function endpointOf(baseUrl: string, options: Partial<UndiciTransportOptions> = {}) {
  const transport = createUndiciTransport({ url: baseUrl, ...options });
  const defaults = { firstByteMs: 5_000, idleMs: 5_000, totalMs: 5_000, listMs: 5_000 };
  const endpoint = new UpstreamEndpoint({
    baseUrl,
    auth: { type: "bearer", key: "canary-key" },
    headers: { "X-Api-Key": "canary-2" },
    transport,
    defaults,
    retries: { attempts: 1 },
  });
  return { endpoint, [Symbol.asyncDispose]: () => endpoint.close() };
}

const ask = { path: "/x", pace: "list", signal: new AbortController().signal } as const;

describe("the undici transport", () => {
  test("sends method, path, headers and body, and asks for no compression", async () => {
    await using server = await listen((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () =>
        response.end(
          JSON.stringify({ url: request.url, method: request.method, headers: request.headers, body }),
        ),
      );
    });
    await using client = endpointOf(server.baseUrl);

    const answer = await client.endpoint.json({ ...ask, path: "/x?y=1", body: { a: "ü" } });

    expect(answer).toMatchObject({
      url: "/x?y=1",
      method: "POST",
      body: '{"a":"ü"}',
      headers: {
        "accept-encoding": "identity",
        authorization: "Bearer canary-key",
        "x-api-key": "canary-2",
        "content-length": "10",
      },
    });
  });

  test("[SSRF-2] [vector 54] does not follow a redirect: the other host sees no request and no key", async () => {
    await using elsewhere = await listen((_, response) => response.end("{}"));
    for (const status of [301, 302, 303, 307, 308]) {
      await using server = await listen((_, response) =>
        response.writeHead(status, { location: elsewhere.baseUrl }).end(),
      );
      await using client = endpointOf(server.baseUrl);

      await expect(client.endpoint.json(ask)).rejects.toMatchObject({ code: "upstream_redirect" });
    }
    expect(elsewhere.seen).toEqual([]);
  });

  test("[PRV-11] refuses an answer that is compressed although nobody asked", async () => {
    await using server = await listen((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("{}")),
    );
    await using client = endpointOf(server.baseUrl);

    await expect(client.endpoint.json(ask)).rejects.toMatchObject({
      code: "upstream_invalid_response",
      message: expect.stringContaining("compressed"),
    });
  });

  test("refuses response headers of more than 32 KiB", async () => {
    await using server = await listen((_, response) =>
      response.writeHead(200, { "x-big": "a".repeat(40_000) }).end("{}"),
    );
    await using client = endpointOf(server.baseUrl);

    await expect(client.endpoint.json(ask)).rejects.toMatchObject({ code: "upstream_invalid_response" });
  });

  test("[SSRF-2] [vector 24] resolves a name and refuses what the policy does not allow, before a socket is made", async () => {
    await using server = await listen((_, response) => response.end("{}"));
    const url = server.baseUrl.replace("127.0.0.1", "localhost");
    await using client = endpointOf(url, {
      addressPolicy: (address) => !address.startsWith("127.") && address !== "::1",
    });

    await expect(client.endpoint.json(ask)).rejects.toMatchObject({ code: "outbound_denied" });
    expect(server.seen).toEqual([]);
  });

  test("connects by name to the addresses that are allowed", async () => {
    await using server = await listen((_, response) => response.end("{}"));
    const url = server.baseUrl.replace("127.0.0.1", "localhost");
    await using client = endpointOf(url, {
      addressPolicy: (address) => address === "127.0.0.1" && isOutboundAddress(address),
    });

    await expect(client.endpoint.json(ask)).resolves.toEqual({});
  });

  test("[SSRF-2] [vector 24] refuses a literal address at once, and requests to another origin", async () => {
    expect(() => createUndiciTransport({ url: "http://169.254.169.254" })).toThrow(
      expect.objectContaining({ code: "outbound_denied" }),
    );
    const transport = createUndiciTransport({ url: "http://127.0.0.1:9" });

    await expect(
      transport({ method: "GET", url: "http://127.0.0.1:10/", headers: {}, signal: ask.signal }),
    ).rejects.toMatchObject({ code: "outbound_denied" });
  });

  test("uses a socket again after an answer was read to its end", async () => {
    await using server = await listen((_, response) => response.end("{}"));
    await using client = endpointOf(server.baseUrl, { connections: 1 });

    await client.endpoint.json(ask);
    await client.endpoint.json(ask);

    expect(server.seen[0]?.socket === server.seen[1]?.socket).toBe(true);
  });

  test("reads headers that come twice", async () => {
    await using server = await listen((_, response) =>
      response
        .writeHead(
          200,
          [
            ["x-two", "a"],
            ["x-two", "b"],
          ].flat(),
        )
        .end("{}"),
    );
    await using client = endpointOf(server.baseUrl);

    const answer = await client.endpoint.open(ask);
    await answer.drain();

    expect(answer.headers["x-two"]).toBe("a, b");
  });

  test("[vector 65] reaches ports that browsers and fetch refuse", async () => {
    await using server = await listenOnBadPort();
    await using client = endpointOf(server.baseUrl);

    await expect(client.endpoint.json(ask)).resolves.toEqual({});
    await expect(
      fetchTransport({ method: "GET", url: server.baseUrl, headers: {}, signal: ask.signal }),
    ).rejects.toThrow(/fetch failed/u);
  });

  test("[SSRF-2] [vector 24] checks the address of each connection: a name that leads elsewhere the second time is refused", async () => {
    await using server = await listen((_, response) => response.setHeader("connection", "close").end("{}"));
    const answers = ["127.0.0.1", "169.254.169.254"];
    const lookup = ((_: string, __: object, callback: (error: null, found: object[]) => void) => {
      callback(null, [{ address: answers.shift() ?? "", family: 4 }]);
    }) as typeof resolveName; // safe: the transport calls it with `all`, as this one expects
    const url = server.baseUrl.replace("127.0.0.1", "flips.test");
    await using client = endpointOf(url, { lookup });

    await expect(client.endpoint.json(ask)).resolves.toEqual({});
    await expect(client.endpoint.json(ask)).rejects.toMatchObject({ code: "outbound_denied" });
    expect(server.seen).toHaveLength(1);
  });

  test("[vector 64] follows a name to its new address within minutes, though its socket is busy", async () => {
    await using before = await listen((_, response) => response.end('"before"'));
    const { port } = new URL(before.baseUrl);
    await using after = await listen((_, response) => response.end('"after"'), Number(port), "127.0.0.2");
    let address = "127.0.0.1";
    const lookup = ((_: string, __: object, callback: (error: null, found: object[]) => void) => {
      callback(null, [{ address, family: 4 }]);
    }) as typeof resolveName; // safe: the transport calls it with `all`, as this one expects
    await using client = endpointOf(`http://moves.test:${port}`, { lookup, connections: 1 });
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const answers = [await client.endpoint.json(ask)];
      address = "127.0.0.2";
      answers.push(await client.endpoint.json(ask));
      vi.setSystemTime(Date.now() + 301_000);
      answers.push(await client.endpoint.json(ask));

      expect(answers).toEqual(["before", "before", "after"]);
      expect(after.seen).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  describe("[vector 64] [PRV-18] a socket that the endpoint closes while it is idle", () => {
    const breaks = (socket: Socket, how: "reset" | "close") =>
      how === "reset" ? socket.resetAndDestroy() : socket.destroy();

    test.each(["reset", "close"] as const)("by a %s costs a repeat that nobody counts", async (how) => {
      const served = new WeakSet<Socket>();
      await using server = await listen((request, response) => {
        if (served.has(request.socket)) return void breaks(request.socket, how);
        served.add(request.socket);
        response.end("{}");
      });
      await using client = endpointOf(server.baseUrl, { connections: 1 });
      const { endpoint } = client;
      await endpoint.json(ask);

      await expect(endpoint.json(ask)).resolves.toEqual({});
      expect(server.seen).toHaveLength(3);
    });

    test.each(["reset", "close"] as const)("is another thing than a %s of a new one", async (how) => {
      await using server = await listen(({ socket }) => void breaks(socket, how));
      await using client = endpointOf(server.baseUrl);

      await expect(client.endpoint.json(ask)).rejects.toMatchObject({ code: "upstream_unavailable" });
      expect(server.seen).toHaveLength(1);
    });
  });

  test("[vector 67] ignores the environment's proxies, and tunnels through one that it is given", async () => {
    await using server = await listen((_, response) => response.end("{}"));
    await using proxy = await listenAsProxy();
    vi.stubEnv("HTTP_PROXY", proxy.url).stubEnv("http_proxy", proxy.url).stubEnv("ALL_PROXY", proxy.url);
    await using direct = endpointOf(server.baseUrl);
    await using tunneled = endpointOf(server.baseUrl, { proxy: proxy.url });

    await direct.endpoint.json(ask);
    const before = [...proxy.targets];
    await tunneled.endpoint.json(ask);

    expect([before, proxy.targets]).toEqual([[], [new URL(server.baseUrl).host]]);
    vi.unstubAllEnvs();
  });

  test("[vector 24] does not connect to a proxy at an address that is refused", () => {
    expect(() =>
      createUndiciTransport({ url: "http://127.0.0.1:9", proxy: "http://169.254.169.254:3128" }),
    ).toThrow(expect.objectContaining({ code: "outbound_denied" }));
  });

  test("close waits for what runs and then frees the sockets", async () => {
    await using server = await listen((_, response) => void setTimeout(() => response.end("{}"), 30));
    const { endpoint } = endpointOf(server.baseUrl);

    const running = endpoint.json(ask);
    await endpoint.close();

    await expect(running).resolves.toEqual({});
    await expect(endpoint.json(ask)).rejects.toMatchObject({ code: "upstream_unavailable" });
  });
});

/** Ports that the fetch standard forbids; whichever is free. */
async function listenOnBadPort(): Promise<RunningServer> {
  for (const port of [6667, 6668, 6669, 6697, 10080, 6000, 5060]) {
    try {
      return await listen((_, response) => response.end("{}"), port);
    } catch {
      // taken by somebody else
    }
  }
  throw new Error("no port of the list is free");
}

/** A proxy that only tunnels, and remembers where to. */
async function listenAsProxy() {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request, socket: Socket) => {
    targets.push(request.url ?? "");
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) sockets.add(one.on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
