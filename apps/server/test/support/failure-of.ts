import type { AppRouter } from "@corral/api";
import { TRPCClientError } from "@trpc/client";

/** What the typed client finds in `error.data` of a call that fails. @throws when the call succeeds. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ errorCode: string; httpStatus: number; message: string; issues: string[]; current: unknown }> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof TRPCClientError))
    throw new Error(`the call did not fail as expected: ${String(outcome)}`);
  // safe: instanceof does not carry the router's type
  const { data, message } = outcome as TRPCClientError<AppRouter>;
  if (!data) throw new Error(`the failure has no data: ${message}`);
  const issues = (data.issues ?? []).map((issue) => issue.path.join("."));
  return { errorCode: data.errorCode, httpStatus: data.httpStatus, message, issues, current: data.current };
}
