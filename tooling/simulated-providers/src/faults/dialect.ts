import type { StreamFormat } from "../server/answer.ts";
import type { JsonObject } from "../server/json-object.ts";

/** What a fault must know of the protocol it bends. */
export type Dialect = {
  name: "ollama" | "openai";
  format: StreamFormat;
  /** Paths that list models. */
  listPaths: string[];
  /** Under which key, and with which members naming an item. */
  listKey: string;
  idKeys: string[];
  /** An error body as this protocol's servers send it. */
  errorBody: (status: number, message: string) => unknown;
  /** Text that a careless reader takes for the end of a stream. */
  falseEnd: string;
  /** Merges the last piece of content into the frame that ends the stream. */
  mergeIntoEnd: (last: JsonObject, end: JsonObject) => JsonObject;
};
