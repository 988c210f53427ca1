import { tinyModelScripts, turnTokens } from "./tiny-model-scripts.ts";

export type TinyModelVocabulary = {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  /** llama.cpp's token types, e.g. 3 for a control token. */
  readonly types: readonly number[];
  readonly endId: number;
  /** The token that follows another one; a token that is in no script has none. */
  readonly successors: ReadonlyMap<number, number>;
  /** What follows everything else, so that any prompt is answered. */
  readonly fallbackId: number;
};

const tokenTypes = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 } as const;

/** SentencePiece writes a space so. */
const space = "\u2581";
/** An attention head's width: the vocabulary is the embedding's width too, and must divide into heads. */
export const headWidth = 32;

/** Special tokens, 256 bytes, printable ASCII, and one token for each word of the scripts. */
export function buildVocabulary(): TinyModelVocabulary {
  const ids = new Map<string, number>();
  const scores: number[] = [];
  const types: number[] = [];
  const put = (token: string, type: number, score: number): number => {
    const known = ids.get(token);
    if (known !== undefined) return known;
    ids.set(token, ids.size);
    types.push(type);
    scores.push(score);
    return ids.size - 1;
  };

  put("<unk>", tokenTypes.unknown, 0);
  for (const token of ["<s>", "</s>"]) put(token, tokenTypes.control, 0);
  for (let byte = 0; byte < 256; byte++) put(toByteToken(byte), tokenTypes.byte, 0);
  put(turnTokens.start, tokenTypes.control, 0);
  const endId = put(turnTokens.end, tokenTypes.control, 0);
  for (const { control } of Object.values(tinyModelScripts)) put(control, tokenTypes.control, 0);
  for (let code = 33; code < 127; code++) put(String.fromCharCode(code), tokenTypes.normal, -1000 - code);
  put(space, tokenTypes.normal, -999);

  const successors = new Map<number, number>();
  for (const { control, text, endless } of Object.values(tinyModelScripts)) {
    const words = toWords(text).map((word) => {
      // The next word depends on the last one alone, so no word may stand in two places.
      if (ids.has(word)) throw new Error(`a word of the scripts is used twice: ${JSON.stringify(word)}`);
      return put(word, tokenTypes.normal, -ids.size);
    });
    const chain = [put(control, tokenTypes.control, 0), ...words];
    const last = endless ? words.slice(0, 1) : [endId];
    [...words, ...last].forEach((next, index) => successors.set(chain[index] ?? endId, next));
  }
  while (ids.size % headWidth !== 0) put(`<pad${ids.size}>`, tokenTypes.unused, 0);

  const fallbackId = successors.get(put(tinyModelScripts.answer.control, tokenTypes.control, 0)) ?? endId;
  return { tokens: [...ids.keys()], scores, types, endId, successors, fallbackId };
}

function toByteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** A word keeps the white space before it. */
function toWords(text: string): string[] {
  return (text.match(/\s*\S+|\s+$/gu) ?? []).map((word) => word.replaceAll(" ", space));
}
