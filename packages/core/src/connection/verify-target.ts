import { z } from "zod";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import { errorSpec, type ErrorCode } from "../error/error-codes.ts";
import type { Provider } from "../provider/provider.ts";

export const verificationSchema = z.strictObject({
  ok: z.boolean(),
  /** In order; the first that fails ends the ladder. */
  rungs: z.array(
    z.strictObject({
      name: z.enum(["address", "sign_in", "models"]),
      ok: z.boolean(),
      /** What was seen, or what failed, why, and what to do. */
      message: z.string(),
      errorCode: z.string().nullable(),
      latencyMs: z.number().nullable(),
    }),
  ),
  version: z.string().nullable(),
  /** Ids as the endpoint lists them, the first 200. */
  models: z.array(z.string()),
  modelCount: z.number(),
});
export type Verification = z.output<typeof verificationSchema>;

const shownModels = 200;
/** Failures that prove that something answered at the address. */
const answered: ReadonlySet<ErrorCode> = new Set([
  "upstream_unauthorized",
  "access_denied",
  "upstream_rate_limited",
  "upstream_rejected",
  "insufficient_quota",
]);

/** Climbs the ladder address → sign-in → model list, and closes the provider. Never throws for the endpoint's failures. */
export async function verifyTarget(provider: Provider, signal: AbortSignal): Promise<Verification> {
  await using _ = closing(provider);
  try {
    return (await climb(provider, signal)).verification;
  } catch (error) {
    if (!isDomainError(error) || error.code === "request_cancelled") throw error;
    return failedVerification(error);
  }
}

/** The same ladder for those who want the failure itself: it is thrown. */
export async function probeTarget(provider: Provider, signal: AbortSignal): Promise<Verification> {
  await using _ = closing(provider);
  const { verification, missing } = await climb(provider, signal);
  if (missing.length > 0) throw new DomainError("upstream_not_found", missingText(missing));
  return verification;
}

function closing(provider: Provider): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => provider.close() };
}

async function climb(
  provider: Provider,
  signal: AbortSignal,
): Promise<{ readonly verification: Verification; readonly missing: readonly string[] }> {
  const started = performance.now();
  const list = await provider.listModels({ signal });
  const latencyMs = Math.round(performance.now() - started);
  const version = await findVersion(provider, signal);
  const missing = (await provider.findMissing?.({ signal })) ?? [];
  const good = (name: "address" | "sign_in" | "models", message: string) => ({
    name,
    ok: true,
    message,
    errorCode: null,
    latencyMs,
  });
  const unlisted = {
    name: "models" as const,
    ok: false,
    message: missingText(missing),
    errorCode: "upstream_not_found",
    latencyMs,
  };
  const left = list.dropped > 0 ? `; ${list.dropped} unusable entries left out` : "";
  const verification = {
    ok: missing.length === 0,
    rungs: [
      good("address", "The address answers."),
      good("sign_in", "The credential is accepted, or none is needed."),
      missing.length > 0 ? unlisted : good("models", `${list.models.length} models, ${latencyMs} ms${left}`),
    ],
    version,
    models: list.models.slice(0, shownModels).map((model) => model.id),
    modelCount: list.models.length,
  };
  return { verification, missing };
}

function missingText(missing: readonly string[]): string {
  const names = missing.slice(0, 5).map((name) => JSON.stringify(name));
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : "";
  return `The endpoint has no ${names.join(", ")}${more}. Check the spelling; what was made just now takes minutes to appear.`;
}

/** Asked also where a list came from settings and proves nothing: that fails as the list would have. */
async function findVersion(provider: Provider, signal: AbortSignal): Promise<string | null> {
  try {
    return (await provider.checkHealth({ signal })).version ?? null;
  } catch (error) {
    if (isDomainError(error) && rungOf(error.code) === "models") return null;
    throw error;
  }
}

function failedVerification(error: DomainError): Verification {
  const name = rungOf(error.code);
  const passed = (["address", "sign_in", "models"] as const)
    .slice(0, ["address", "sign_in", "models"].indexOf(name))
    .map((rung) => ({
      name: rung,
      ok: true,
      message: rung === "address" ? "The address answers." : "The credential is accepted, or none is needed.",
      errorCode: null,
      latencyMs: null,
    }));
  const remedy = errorSpec(error.code).remedy;
  const failed = {
    name,
    ok: false,
    message: `${error.message} ${remedy}`,
    errorCode: error.code,
    latencyMs: null,
  };
  return { ok: false, rungs: [...passed, failed], version: null, models: [], modelCount: 0 };
}

function rungOf(code: ErrorCode): "address" | "sign_in" | "models" {
  if (code === "upstream_unauthorized") return "sign_in";
  if (answered.has(code)) return "models";
  return code === "upstream_invalid_response" || code === "upstream_not_found" ? "models" : "address";
}
