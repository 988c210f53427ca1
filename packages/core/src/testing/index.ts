export { compareWithOracle, type Comparison } from "./world/compare-with-oracle.ts";
export { Oracle, type OracleCaller, type OracleModel } from "./world/oracle.ts";
export { aWorld, Dice, large, someKeys, type WorldKey } from "./world/random-world.ts";
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
