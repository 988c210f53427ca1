import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** A listening port that can be closed and opened again without losing its number or its running connections. */
export class Listener {
  readonly #onConnection: (socket: Socket) => void;
  #port: number;
  #server: Server | undefined;

  constructor(port: number, onConnection: (socket: Socket) => void) {
    this.#port = port;
    this.#onConnection = onConnection;
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, this.#onConnection);
    this.#server = server;
    server.listen({ port: this.#port, host: "127.0.0.1", backlog: 4096 });
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address) this.#port = address.port;
  }

  /** Frees the port at once: the next connection attempt is refused. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}
