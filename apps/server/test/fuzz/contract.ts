import { z } from "zod";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import type { Answer } from "./send-all.ts";

const responseSchema = z.looseObject({
  $ref: z.string().optional(),
  content: z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional(),
});
const operationSchema = z.looseObject({ responses: z.record(z.string(), responseSchema) });
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ responses: z.record(z.string(), responseSchema).optional() }),
});
type Document = z.output<typeof documentSchema>;

/** What the server's own description says of its routes. */
export type Contract = {
  readonly describes: (door: FuzzedDoor) => boolean;
  /** What the description does not know of the answer; `undefined` where it does, or says nothing of the door. */
  readonly findUndocumented: (door: FuzzedDoor, answer: Answer) => string | undefined;
};

/** @param url Of the server. */
export async function readContract(url: string): Promise<Contract> {
  const response = await fetch(`${url}/openapi.json`);
  const document = documentSchema.parse(await response.json());
  return {
    describes: (door) => operationOf(document, door) !== undefined,
    findUndocumented(door, { status, type }) {
      const operation = operationOf(document, door);
      if (operation === undefined) return undefined;
      const named = operation.responses[String(status)] ?? operation.responses["default"];
      if (named === undefined) return `the description knows no ${status}`;
      const types = Object.keys(resolve(document, named).content ?? {});
      const media = type.split(";", 1)[0]?.trim() ?? "";
      if (media === "" || types.length === 0 || types.some((known) => isLike(known, media))) return undefined;
      return `the description knows no ${media} for ${status}, but ${types.join(", ")}`;
    },
  };
}

function operationOf({ paths }: Document, { kind, method, path }: FuzzedDoor) {
  if (kind !== "route") return undefined;
  const names = [path, path.replace(/\/$/u, "")].map((one) => one.replaceAll(/:(\w+)/gu, "{$1}").replace("*", "{id}"));
  const found = names.map((name) => paths[name]?.[method.toLowerCase()]).find((one) => one !== undefined);
  return found === undefined ? undefined : operationSchema.parse(found);
}

function resolve({ components }: Document, response: z.output<typeof responseSchema>) {
  const name = response.$ref?.replace("#/components/responses/", "");
  return name === undefined ? response : (components.responses?.[name] ?? response);
}

function isLike(known: string, media: string): boolean {
  return known === media || known === "*/*" || (known.endsWith("/*") && media.startsWith(known.slice(0, -1)));
}
