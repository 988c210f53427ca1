/** The parts of GGUF v3 that a small F32 model needs: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

export type GgufValue =
  | { readonly type: "uint32" | "float32"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "int32s" | "float32s"; readonly value: readonly number[] };

export type GgufTensor = {
  readonly name: string;
  /** Fastest-varying first: `[columns, rows]`. */
  readonly dimensions: readonly number[];
  readonly values: Float32Array;
};

export type GgufModel = {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
};

const version = 3;
const alignment = 32;
const typeCodes = { uint32: 4, int32: 5, float32: 6, boolean: 7, string: 8, array: 9 } as const;
const f32TensorType = 0;

export function encodeGguf({ metadata, tensors }: GgufModel): Buffer {
  const head = [
    Buffer.from("GGUF"),
    uint32(version),
    uint64(tensors.length),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [string(key), encodeValue(value)]),
  ];
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, dimensions, values } of tensors) {
    const shape = dimensions.map(uint64);
    head.push(string(name), uint32(dimensions.length), ...shape, uint32(f32TensorType), uint64(offset));
    const bytes = aligned(encodeFloats(values));
    data.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([aligned(Buffer.concat(head)), ...data]);
}

function encodeValue(entry: GgufValue): Buffer {
  switch (entry.type) {
    case "uint32":
      return Buffer.concat([uint32(typeCodes.uint32), uint32(entry.value)]);
    case "float32":
      return Buffer.concat([uint32(typeCodes.float32), encodeFloats([entry.value])]);
    case "boolean":
      return Buffer.concat([uint32(typeCodes.boolean), Buffer.from([entry.value ? 1 : 0])]);
    case "string":
      return Buffer.concat([uint32(typeCodes.string), string(entry.value)]);
    case "strings":
      return array(typeCodes.string, entry.value.map(string));
    case "int32s":
      return array(typeCodes.int32, entry.value.map(int32));
    case "float32s":
      return array(
        typeCodes.float32,
        entry.value.map((value) => encodeFloats([value])),
      );
  }
}

function array(typeCode: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(typeCodes.array), uint32(typeCode), uint64(items.length), ...items]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function encodeFloats(values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (let index = 0; index < values.length; index++) bytes.writeFloatLE(values[index] ?? 0, index * 4);
  return bytes;
}

function aligned(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
