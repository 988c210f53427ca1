import type { ChunkRepeat, ChunkShape, JsonObject, RawChunkPart } from "@corral/core";
import { parseUpstreamJson } from "@corral/provider-kit";

/** Shapes in a row that were never seen again, after which a stream is taken for one that repeats nothing. */
const maxVain = 4;

/** The strings that change from chunk to chunk. Empty ones are none: what begins with them may mean something. */
const changing =
  /("(?:content|reasoning_content|reasoning|thinking|arguments|obfuscation)"\s*:\s*")((?:[^"\\]|\\.)+)"/gu;
/** Long texts would need a deep stack of the patterns, and gain little. */
const maxChars = 16_384;
/** A chunk has one, two with padding; more are none that we know, and would make work for each frame. */
const maxTexts = 8;
/** No character, so that no text has it; a chunk that has it after all is not learned. */
const mark = "\uFFFF";
/** What may stand between the quotes of a JSON string. Its place is set before each use, so that all streams share it. */
const body = /(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/uy;
const marked = /\uFFFF|\\u[fF]{4}/u;

type LearnedShape = ChunkShape & { readonly literals: readonly string[] };

/**
 * Knows a chunk again that is the last one with other texts. Most chunks of a stream are: they are valid JSON because
 * the last one was, and say nothing else, so they need not be parsed.
 */
export class ChunkRepeats {
  #shape: LearnedShape | undefined;
  #isVain = false;
  #vain = 0;

  /** The part that such a chunk is; `undefined` when it has to be read. */
  find(text: string): RawChunkPart | undefined {
    const shape = this.#shape;
    if (shape === undefined || text.length > maxChars) return undefined;
    const texts = this.#match(text, shape.literals);
    if (texts === undefined) return undefined;
    this.#isVain = false;
    this.#vain = 0;
    return new RepeatedChunk(text, { shape, texts });
  }

  /** Expects chunks like this one, which was read and changed nothing that a second one would not. */
  learn(text: string): void {
    this.forget();
    if (this.#vain >= maxVain || text.length > maxChars || marked.test(text)) return;
    this.#shape = toShape(text);
    this.#isVain = this.#shape !== undefined;
  }

  /** Something else came. */
  forget(): void {
    if (this.#isVain) this.#vain += 1;
    this.#isVain = false;
    this.#shape = undefined;
  }

  /** The texts between the literals, if that is what the text is made of. */
  #match(text: string, literals: readonly string[]): string[] | undefined {
    const texts: string[] = [];
    let at = 0;
    for (const literal of literals) {
      if (at > 0) {
        const from = at;
        body.lastIndex = from;
        body.test(text);
        at = body.lastIndex;
        texts.push(text.slice(from, at));
      }
      if (!text.startsWith(literal, at)) return undefined;
      at += literal.length;
    }
    return at === text.length ? texts : undefined;
  }
}

class RepeatedChunk implements RawChunkPart {
  readonly type = "raw";
  readonly repeat: ChunkRepeat;
  readonly #text: string;

  constructor(text: string, repeat: ChunkRepeat) {
    this.#text = text;
    this.repeat = repeat;
  }

  /** For who wants to see it: parsed only then. */
  get chunk(): JsonObject {
    // safe: it has the shape of a chunk that was an object
    return parseUpstreamJson(this.#text) as JsonObject;
  }
}

function toShape(text: string): LearnedShape | undefined {
  const literals: string[] = [];
  const placeholders: string[] = [];
  let template = "";
  let end = 0;
  for (const { index, 1: before = "", 2: given = "" } of text.matchAll(changing)) {
    const literal = text.slice(end, index) + before;
    const placeholder = mark + placeholders.length + mark;
    literals.push(literal);
    placeholders.push(placeholder);
    template += literal + placeholder;
    end = index + before.length + given.length;
  }
  if (placeholders.length === 0 || placeholders.length > maxTexts) return undefined;
  literals.push(text.slice(end));
  // safe: the chunk was an object, and only strings in it are others
  return { template: parseUpstreamJson(template + text.slice(end)) as JsonObject, placeholders, literals };
}
