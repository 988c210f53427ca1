import { z } from "zod";
import { countCodePoints } from "../code-points.ts";
import { limits } from "../limits.ts";

/** A public model name that was parsed once: NFC, trimmed, 1 to 256 code points. */
export type ModelId = string & z.$brand<"ModelId">;

// C0 and C1 controls, then the characters that change the direction of text (Unicode bidi controls).
// oxlint-disable-next-line no-control-regex -- refusing control characters is the point
const forbiddenCharacters = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/u;

/** Why `id` cannot be a public model name, or `undefined` when it can. Expects NFC and trimmed text. */
export function modelIdProblem(id: string): string | undefined {
  const length = countCodePoints(id);
  if (length === 0) return "must not be empty";
  if (length > limits.modelIdLength)
    return `must have at most ${limits.modelIdLength} characters, has ${length}`;
  if (!id.isWellFormed()) return "must not contain half of a surrogate pair";
  if (forbiddenCharacters.test(id)) return "must not contain control characters";
  if (dotSegment.test(id)) return "must not contain the path segments . or ..";
  return undefined;
}

/** Name of an existing model, as people and programs write it. */
export const modelIdSchema = z
  .string()
  .transform((text) => text.normalize("NFC").trim())
  .superRefine((id, context) => {
    const problem = modelIdProblem(id);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `Model id ${problem}.` });
  })
  .transform((id) => id as ModelId); // safe: just checked

/** Name for a new model: as {@link modelIdSchema}, and without a comma (lists of ids are comma-joined). */
export const newModelIdSchema = modelIdSchema.refine(
  (id) => !id.includes(","),
  "Model id must not contain a comma.",
);

/**
 * Key under which a public name is unique: NFC and case-folded.
 *
 * Ollama treats a missing tag as `latest`, so `llama3.2` and `llama3.2:latest` get one key when `ollama` is set.
 */
export function publicNameKey(id: string, options?: { readonly ollama?: boolean }): string {
  const folded = id.normalize("NFC").toLowerCase();
  return options?.ollama === true ? withoutLatest(folded) : folded;
}

/** Every key that a caller may mean by `id`, the exact one first. */
export function lookupKeys(id: string): readonly string[] {
  const exact = publicNameKey(id);
  const canonical = withoutLatest(exact);
  return exact === canonical ? [exact] : [exact, canonical];
}

function withoutLatest(key: string): string {
  return key.endsWith(":latest") ? key.slice(0, -":latest".length) : key;
}
