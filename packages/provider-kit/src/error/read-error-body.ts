import type { JsonObject, JsonValue } from "@corral/core";
import { asArray, asObject, asText, parseUpstreamJson } from "../json/read-json.ts";

/** What an error body says, whichever of the many shapes it has. */
export type ErrorBody = {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** Ollama adds it where the server's own account is missing. */
  readonly signinUrl?: string;
  /** The body was JSON, not text or a page. */
  readonly isJson: boolean;
};

const empty: ErrorBody = { message: "", isJson: false };

/** Reads an error body as text: JSON in any known shape, a page's title, or plain text. Never throws. */
export function readErrorText(text: string): ErrorBody {
  const trimmed = text.replace(/^[\uFEFF\s]+/u, "").trimEnd();
  if (trimmed === "") return empty;
  const parsed = parseOrUndefined(trimmed);
  if (parsed !== undefined) return readErrorValue(parsed);
  return { message: /^<|<html/iu.test(trimmed) ? pageTitle(trimmed) : trimmed, isJson: false };
}

/** Reads a parsed error. A message that is itself such a document is opened, twice at most (Ollama passes on llama.cpp's). */
export function readErrorValue(value: JsonValue, level = 0): ErrorBody {
  const found = locate(Array.isArray(value) ? (value[0] ?? null) : value);
  const inner = level < 2 && found.message.startsWith("{") ? parseOrUndefined(found.message) : undefined;
  if (inner === undefined) return found;
  const opened = readErrorValue(inner, level + 1);
  return opened.message === "" ? found : { ...found, ...opened };
}

function locate(value: JsonValue): ErrorBody {
  if (typeof value === "string") return { message: value, isJson: true };
  const body = asObject(value);
  if (body === undefined) return { message: "", isJson: true };
  const error = body["error"];
  const nested = asObject(error) ?? asObject(asArray(body["errors"])[0]);
  if (nested !== undefined) return fieldsOf(nested, messageOf(nested));
  if (typeof error === "string") return fieldsOf(body, error);
  return fieldsOf(body, messageOf(body));
}

function messageOf(body: JsonObject): string {
  const detail = body["detail"];
  return (
    asText(body["message"]) ??
    asText(asObject(body["message"])?.["message"]) ??
    asText(detail) ??
    detailList(asArray(detail)) ??
    asText(body["error_description"]) ??
    ""
  );
}

/** The list of a validation framework: `[{ loc: ["body", "seed"], msg: "…" }]`. */
function detailList(items: readonly JsonValue[]): string | undefined {
  const lines = items.flatMap((item) => {
    const entry = asObject(item);
    const message = asText(entry?.["msg"]);
    return message === undefined ? [] : [`${placeOf(entry)}: ${message}`];
  });
  return lines.length === 0 ? undefined : lines.slice(0, 3).join("; ");
}

function placeOf(entry: JsonObject | undefined): string {
  return asArray(entry?.["loc"])
    .filter((step) => typeof step === "string" || typeof step === "number")
    .join(".");
}

function fieldsOf(body: JsonObject, message: string): ErrorBody {
  const code = codeOf(body) ?? asText(body["status"]);
  const type = asText(body["type"]);
  const param = asText(body["param"]) ?? fieldOf(asObject(asArray(body["detail"])[0]));
  const signinUrl = signinUrlOf(body);
  return {
    message,
    isJson: true,
    ...(code !== undefined && { code }),
    ...(type !== undefined && { type }),
    ...(param !== undefined && { param }),
    ...(signinUrl !== undefined && { signinUrl }),
  };
}

/** Only ollama.com's: an administrator will follow it. */
function signinUrlOf(body: JsonObject): string | undefined {
  const url = asText(body["signin_url"]);
  return url !== undefined &&
    url.length <= 2_048 &&
    /^https:\/\/(?:[\w-]+\.)*ollama\.com\/[^\s"'<>]*$/u.test(url)
    ? url
    : undefined;
}

/** The most telling code: Azure hides its own below `innererror`, OpenRouter below `metadata`. */
function codeOf(body: JsonObject): string | undefined {
  const inner = asObject(body["innererror"]) ?? asObject(body["inner_error"]);
  const innerCode = asText(inner?.["code"]) ?? asText(asObject(body["metadata"])?.["error_type"]);
  const code = body["code"];
  return innerCode ?? (typeof code === "number" ? String(code) : asText(code));
}

function fieldOf(detail: JsonObject | undefined): string | undefined {
  const last = asArray(detail?.["loc"]).at(-1);
  return typeof last === "string" ? last : undefined;
}

function pageTitle(page: string): string {
  const title = /<title[^>]*>([^<]{1,500})/iu.exec(page)?.[1] ?? /<h1[^>]*>([^<]{1,500})/iu.exec(page)?.[1];
  return title === undefined ? "a web page" : `a web page: ${title.trim()}`;
}

function parseOrUndefined(text: string): JsonValue | undefined {
  try {
    return parseUpstreamJson(text);
  } catch {
    return undefined;
  }
}
