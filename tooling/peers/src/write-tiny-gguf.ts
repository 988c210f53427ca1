import { writeFile } from "node:fs/promises";

import { encodeGguf, type GgufModel, type GgufTensor, type GgufValue } from "./gguf.ts";
import { tinyModelTemplate } from "./tiny-model-scripts.ts";
import { buildVocabulary, headWidth, type TinyModelVocabulary } from "./tiny-model-vocabulary.ts";

export const tinyModelName = "tiny-script";
/** Tokens that a prompt and its answer may have together. It takes seconds to fill: an answer that was stopped shows. */
export const tinyModelContextLength = 16_384;

const feedForwardWidth = 32;
/** Far above every other logit, so that sampling at any usual temperature follows the script. */
const certainty = 40;

/**
 * Writes a model of 4 MB that a real server runs, without anybody's data: a llama whose attention and feed-forward
 * weights are zero, whose embedding is one-hot, and whose output matrix therefore is a table "token → next token".
 */
export async function writeTinyGguf(file: string): Promise<void> {
  await writeFile(file, encodeGguf(buildTinyModel()));
}

export function buildTinyModel(): GgufModel {
  const vocabulary = buildVocabulary();
  return {
    metadata: new Map([...describeModel(vocabulary.tokens.length), ...describeTokenizer(vocabulary)]),
    tensors: buildTensors(vocabulary),
  };
}

function describeModel(width: number): [string, GgufValue][] {
  const heads = width / headWidth;
  return [
    ["general.architecture", { type: "string", value: "llama" }],
    ["general.name", { type: "string", value: tinyModelName }],
    ["general.file_type", { type: "uint32", value: 0 }],
    ["llama.context_length", { type: "uint32", value: tinyModelContextLength }],
    ["llama.embedding_length", { type: "uint32", value: width }],
    ["llama.block_count", { type: "uint32", value: 1 }],
    ["llama.feed_forward_length", { type: "uint32", value: feedForwardWidth }],
    ["llama.attention.head_count", { type: "uint32", value: heads }],
    ["llama.attention.head_count_kv", { type: "uint32", value: heads }],
    ["llama.attention.layer_norm_rms_epsilon", { type: "float32", value: 1e-5 }],
    ["llama.rope.dimension_count", { type: "uint32", value: headWidth }],
    ["llama.vocab_size", { type: "uint32", value: width }],
  ];
}

function describeTokenizer({ tokens, scores, types, endId }: TinyModelVocabulary): [string, GgufValue][] {
  return [
    ["tokenizer.ggml.model", { type: "string", value: "llama" }],
    ["tokenizer.ggml.tokens", { type: "strings", value: tokens }],
    ["tokenizer.ggml.scores", { type: "float32s", value: scores }],
    ["tokenizer.ggml.token_type", { type: "int32s", value: types }],
    ["tokenizer.ggml.unknown_token_id", { type: "uint32", value: 0 }],
    ["tokenizer.ggml.bos_token_id", { type: "uint32", value: 1 }],
    ["tokenizer.ggml.eos_token_id", { type: "uint32", value: endId }],
    ["tokenizer.ggml.add_bos_token", { type: "boolean", value: true }],
    ["tokenizer.ggml.add_space_prefix", { type: "boolean", value: false }],
    ["tokenizer.chat_template", { type: "string", value: tinyModelTemplate }],
  ];
}

function buildTensors({ tokens, successors, fallbackId }: TinyModelVocabulary): GgufTensor[] {
  const width = tokens.length;
  const embedding = new Float32Array(width * width);
  const output = new Float32Array(width * width);
  for (let id = 0; id < width; id++) {
    embedding[id * width + id] = 1;
    output[(successors.get(id) ?? fallbackId) * width + id] = certainty;
  }
  const ones = (): Float32Array => new Float32Array(width).fill(1);
  const zeros = (columns: number, rows: number): Omit<GgufTensor, "name"> => ({
    dimensions: [columns, rows],
    values: new Float32Array(columns * rows),
  });
  return [
    { name: "token_embd.weight", dimensions: [width, width], values: embedding },
    { name: "output_norm.weight", dimensions: [width], values: ones() },
    { name: "output.weight", dimensions: [width, width], values: output },
    { name: "blk.0.attn_norm.weight", dimensions: [width], values: ones() },
    { name: "blk.0.attn_q.weight", ...zeros(width, width) },
    { name: "blk.0.attn_k.weight", ...zeros(width, width) },
    { name: "blk.0.attn_v.weight", ...zeros(width, width) },
    { name: "blk.0.attn_output.weight", ...zeros(width, width) },
    { name: "blk.0.ffn_norm.weight", dimensions: [width], values: ones() },
    { name: "blk.0.ffn_gate.weight", ...zeros(width, feedForwardWidth) },
    { name: "blk.0.ffn_up.weight", ...zeros(width, feedForwardWidth) },
    { name: "blk.0.ffn_down.weight", ...zeros(feedForwardWidth, width) },
  ];
}
