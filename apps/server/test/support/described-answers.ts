import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { answerHeaders } from "../../src/http/rest/answer-headers.ts";
import { createRestMounts } from "../../src/http/rest/rest-mounts.ts";
import { toDocumentedPath, toOpenApi } from "../../src/http/rest/to-openapi.ts";
import {
  descriptionFile,
  type DescribedOperation,
  type DescribedResponse,
  type Description,
  type Reference,
} from "./description.ts";

/** An answer as it was sent. */
export type SentAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Empty where nothing was sent; `undefined` where it is not known. */
  readonly body: string | undefined;
};

/** Holds answers against the description. Schemas are compiled when the first answer needs them. */
export class DescribedAnswers {
  readonly #description: Description;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #compiled = new Map<object, ValidateFunction>();
  readonly #root = "corral:description";

  /** @param folder Where test files of one run share the description, which takes a while to make. */
  constructor(folder: string | undefined) {
    this.#description = describe(folder);
    const { schemas } = this.#description.components;
    this.#ajv.addSchema({ $id: this.#root, components: { schemas } });
  }

  find(method: string, url: string): DescribedOperation | undefined {
    const operations = this.#description.paths[toDocumentedPath(url)];
    return operations?.[method.toLowerCase()] ?? (method === "HEAD" ? operations?.["get"] : undefined);
  }

  /** What the description does not say; none is what every test expects. */
  findProblems({ responses }: DescribedOperation, answer: SentAnswer): readonly string[] {
    const found = responses[answer.status];
    if (found === undefined) return ["the status is not described"];
    const response = "$ref" in found ? this.#resolve(found) : found;
    return [...findHeaderProblems(response, answer), ...this.#findBodyProblems(response, answer)];
  }

  #resolve({ $ref }: Reference): DescribedResponse {
    return this.#description.components.responses[$ref.split("/").at(-1) ?? ""] ?? {};
  }

  #findBodyProblems({ content = {} }: DescribedResponse, { headers, body }: SentAnswer): readonly string[] {
    if (body === "" || body === undefined) return [];
    const type = String(headers["content-type"]).split(";", 1)[0] ?? "";
    const media = content[type] ?? content[type.replace(/\/.*$/u, "/*")];
    if (media === undefined) return [`the content type ${type} is not described`];
    const { schema, "x-item-schema": itemSchema } = media;
    if (itemSchema !== undefined) return toItems(type, body).flatMap((item) => this.#check(itemSchema, item));
    return schema === undefined || type !== "application/json" ? [] : this.#check(schema, body);
  }

  #check(schema: object, text: string): readonly string[] {
    const validate = this.#compile(schema);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const what = "additionalProperty" in params ? `: ${String(params["additionalProperty"])}` : "";
      // the first of many rows says enough
      return `${instancePath.replace(/\/\d+/gu, "/*")} ${message ?? ""}${what}`;
    });
  }

  #compile(schema: object): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const made = this.#ajv.compile(JSON.parse(this.#absolute(schema)) as object); // safe: a schema, written just now
    this.#compiled.set(schema, made);
    return made;
  }

  /** Names of the description, also where a part of it stands alone. */
  #absolute(schema: object): string {
    return JSON.stringify(schema, (key, value: unknown) =>
      key === "$ref" && typeof value === "string" ? `${this.#root}${value}` : value,
    );
  }
}

function findHeaderProblems({ headers: described = {} }: DescribedResponse, { headers }: SentAnswer) {
  const unknown = Object.keys(answerHeaders).filter((name) => name in headers && !(name in described));
  return [
    ...unknown.map((name) => `the header ${name} is not described`),
    ...("x-request-id" in headers ? [] : ["the header x-request-id is missing"]),
  ];
}

/** Events and lines that came whole. */
function toItems(type: string, text: string): readonly string[] {
  if (type === "application/x-ndjson") return text.split("\n").slice(0, -1);
  const events = text.split("\n\n").slice(0, -1);
  return events.flatMap((event) =>
    event.startsWith("data: ") && event !== "data: [DONE]" ? [event.slice("data: ".length)] : [],
  );
}

function describe(folder: string | undefined): Description {
  const file = folder === undefined ? undefined : join(folder, descriptionFile);
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Description; // ours
  const made = toOpenApi(createRestMounts(), { version: "0.0.0-test", url: "http://127.0.0.1" });
  if (file !== undefined) {
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, JSON.stringify(made));
    renameSync(draft, file);
  }
  return made as unknown as Description; // safe: its own shape
}
