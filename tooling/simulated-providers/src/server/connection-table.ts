import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The open connections of a server, with what has been asked on each. */
export class ConnectionTable {
  readonly #connections = new Map<Socket, { requests: number; active: number }>();

  add(socket: Socket): void {
    this.#connections.set(socket, { requests: 0, active: 0 });
    socket.once("close", () => this.#connections.delete(socket));
    socket.on("error", () => undefined); // a client's reset is an ordinary event here
  }

  /** Counts a request until its response is closed; returns its number on the connection, from 1. */
  begin(incoming: IncomingMessage, response: ServerResponse): number {
    const connection = this.#connections.get(acceptedSocket(incoming.socket));
    if (!connection) return 1;
    connection.requests += 1;
    connection.active += 1;
    response.once("close", () => (connection.active -= 1));
    return connection.requests;
  }

  destroyIdle(): void {
    for (const [socket, { active }] of this.#connections) if (active === 0) socket.destroy();
  }

  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}

/** The accepted socket, also below a TLS one. */
function acceptedSocket(socket: Socket): Socket {
  const parent: unknown = Reflect.get(socket, "_parent");
  // Node keeps the accepted socket of a TLS connection there; nothing else has that name.
  return parent ? (parent as Socket) : socket;
}
