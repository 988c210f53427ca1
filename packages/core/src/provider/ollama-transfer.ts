import { z } from "zod";
import { errorCodes, type ErrorCode } from "../error/error-codes.ts";

export const ollamaTransferPhases = [
  "preparing",
  "transferring",
  "converting",
  "verifying",
  "finishing",
  "done",
] as const;

/** How far a pull, push or create is. None of the numbers ever falls. */
export const ollamaProgressSchema = z.strictObject({
  /** Ollama's own words, e.g. `pulling manifest`. */
  status: z.string(),
  phase: z.enum(ollamaTransferPhases),
  /** Of the layer that is being transferred. */
  digest: z.string().nullable(),
  /** Over all layers that are known; later layers are unknown until they begin. */
  completedBytes: z.int().min(0),
  totalBytes: z.int().min(0),
  /** 0 to 100, with one digit; 100 only when all is done. */
  percent: z.number().min(0).max(100),
});
export type OllamaProgress = z.output<typeof ollamaProgressSchema>;

export const ollamaPullStates = ["running", "succeeded", "failed", "cancelled"] as const;

// safe: the keys of a constant record
const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** A download on a server, as of now. */
export const ollamaPullJobSchema = z.strictObject({
  id: z.string(),
  /** With its tag. */
  model: z.string(),
  state: z.enum(ollamaPullStates),
  /** `null` until the server has said something. */
  progress: ollamaProgressSchema.nullable(),
  /** How often it was started again after it had stalled or broken. */
  restarts: z.int().min(0),
  /** Why it failed; `model_not_found` when no library that the server asks has it. */
  error: z.strictObject({ code: z.enum(codes), message: z.string() }).nullable(),
  /** ISO 8601. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type OllamaPullJob = z.output<typeof ollamaPullJobSchema>;
