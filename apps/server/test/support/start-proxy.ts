import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** An HTTP proxy that tunnels, for those who know its credential, and remembers where to. */
export type TestProxy = AsyncDisposable & {
  readonly url: string;
  readonly credential: string;
  readonly targets: readonly string[];
  /** What it was asked with. */
  readonly asked: readonly (string | undefined)[];
};

export async function startProxy(): Promise<TestProxy> {
  const credential = "Basic Y2FuYXJ5OnByb3h5LXBhc3N3b3Jk";
  const targets: string[] = [];
  const asked: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request, socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
    asked.push(request.headers["proxy-authorization"]);
    if (request.headers["proxy-authorization"] !== credential) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    targets.push(request.url ?? "");
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream.on("error", () => {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    credential,
    targets,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
