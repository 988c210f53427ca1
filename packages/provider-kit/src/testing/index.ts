export { serveOnSockets } from "./serve-on-sockets.ts";
