import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Dialect } from "../faults/dialect.ts";
import { FaultControl } from "../faults/fault-control.ts";
import { RequestJournal } from "../journal/request-journal.ts";
import { ConnectionTable } from "./connection-table.ts";
import { type FastPath, isFastCall, sendFast } from "./fast-path.ts";
import { Listener } from "./listener.ts";
import { readBody } from "./read-body.ts";
import { type Handler, serveExchange } from "./serve-exchange.ts";

/** PEM texts. */
export type TlsIdentity = { key: string; cert: string };

export type ServerSetup = {
  dialect: Dialect;
  handle: Handler;
  port: number | undefined;
  tls: TlsIdentity | undefined;
  journalLimit: number | undefined;
  fastPath: FastPath | undefined;
};

export type SimulatedServer = {
  url: string;
  journal: RequestJournal;
  faults: FaultControl;
  /** Closes the port and every connection; resolves when the last exchange is over. */
  stop: () => Promise<void>;
};

/** Listens on the loopback address and answers by `handle`. */
export async function startSimulatedServer(setup: ServerSetup): Promise<SimulatedServer> {
  const { dialect, handle, fastPath, tls } = setup;
  const journal = new RequestJournal(fastPath ? 0 : setup.journalLimit);
  const faults = new FaultControl();
  const connections = new ConnectionTable();
  const running = new Set<Promise<void>>();

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestOnSocket = connections.begin(incoming, response);
    const bytes = await readBody(incoming);
    if (fastPath && isFastCall(fastPath, incoming, bytes)) sendFast(fastPath, response);
    else {
      await serveExchange({ dialect, handle, journal, faults, incoming, response, bytes, requestOnSocket });
    }
  };
  const http = createHttpServer(tls, (incoming, response) => {
    const exchange = serve(incoming, response).finally(() => running.delete(exchange));
    running.add(exchange);
  });
  const listener = new Listener(setup.port ?? 0, (socket) => {
    if (faults.takeConnectionReset()) {
      socket.resetAndDestroy();
      return;
    }
    connections.add(socket);
    http.emit("connection", socket);
  });
  faults.onChange = async (isClosed) => {
    if (!isClosed) return await listener.open();
    listener.close();
    connections.destroyIdle();
  };
  await listener.open();

  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${listener.port}`,
    journal,
    faults,
    async stop() {
      faults.onChange = () => undefined;
      listener.close();
      connections.destroyAll();
      await Promise.all(running);
    },
  };
}

function createHttpServer(
  tls: TlsIdentity | undefined,
  onRequest: (incoming: IncomingMessage, response: ServerResponse) => void,
) {
  // No timeouts of its own: a simulated provider waits for as long as a test wants it to.
  const options = {
    keepAliveTimeout: 65_000,
    requestTimeout: 0,
    headersTimeout: 0,
    maxHeaderSize: 64 * 1024,
  };
  return tls ? createSecureServer({ ...options, ...tls }, onRequest) : createServer(options, onRequest);
}
