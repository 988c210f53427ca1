import { DomainError, type JsonObject, type OllamaCreateRequest } from "@corral/core";
import { assertAllowedHost, formatOllamaName, parseOllamaName } from "../ollama-name.ts";
import { assertDigest } from "./blobs.ts";

/**
 * The body of `POST /api/create`. Pure.
 *
 * @param allowedHosts Registries that `from` may name: the server pulls what it lacks.
 * @throws DomainError `invalid_input`
 */
export function toCreateBody(request: OllamaCreateRequest, allowedHosts: readonly string[]): JsonObject {
  const { model, from, files, adapters, draftFiles, draftQuantize, ...rest } = request;
  if ((from === undefined) === (files === undefined)) {
    throw new DomainError(
      "invalid_input",
      "Say what the model is made from: either `from`, a model, or `files`.",
      { details: { param: "from" } },
    );
  }
  assertFiles(files, "files");
  assertFiles(adapters, "adapters");
  assertFiles(draftFiles, "draftFiles");
  // safe: a record of JSON values and `undefined`, which is not sent
  const fields = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as JsonObject;
  return {
    model: formatOllamaName(parseOllamaName(model)),
    ...(from !== undefined && { from: toSourceName(from, allowedHosts) }),
    ...(files && { files }),
    ...(adapters && { adapters }),
    ...(draftFiles && { draft_files: draftFiles }),
    ...(draftQuantize !== undefined && { draft_quantize: draftQuantize }),
    ...fields,
  };
}

function toSourceName(from: string, allowedHosts: readonly string[]): string {
  const name = parseOllamaName(from);
  assertAllowedHost(name, allowedHosts);
  return formatOllamaName(name);
}

function assertFiles(files: OllamaCreateRequest["files"], param: "files" | "adapters" | "draftFiles"): void {
  if (files === undefined) return;
  const entries = Object.entries(files);
  const outside = entries.find(([path]) => !isInside(path))?.[0];
  if (entries.length > 0 && outside === undefined) {
    for (const [, digest] of entries) assertDigest(digest);
    return;
  }
  const problem =
    outside === undefined
      ? `\`${param}\` must name at least one file.`
      : `The file name "${outside.slice(0, 100)}" must be relative and stay in its folder.`;
  throw new DomainError("invalid_input", problem, { details: { param } });
}

function isInside(path: string): boolean {
  if (path === "" || path.includes("\\") || path.includes("\0")) return false;
  return !path.split("/").some((segment) => segment === "" || segment === "." || segment === "..");
}
