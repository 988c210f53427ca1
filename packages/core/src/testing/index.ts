export {
  byteByByte,
  inOnePiece,
  serveInProcess,
  splitAt,
  type Chunking,
  type Script,
  type ScriptedReply,
  type ScriptedTransport,
  type ScriptedUpstream,
  type SeenRequest,
  type ServeScript,
} from "./scripted-upstream.ts";
