export { checkedLookup, createUndiciTransport, type UndiciTransportOptions } from "./undici-transport.ts";
