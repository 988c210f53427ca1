import type { Mutant } from "./mutant.ts";
import { browserMutants } from "./rows/browsers-and-secrets.ts";
import { inputMutants } from "./rows/input-and-settings.ts";
import { providerMutants } from "./rows/providers.ts";
import { rightsMutants } from "./rows/rights.ts";
import { signInMutants } from "./rows/sign-in.ts";

export const mutants: readonly Mutant[] = [
  ...rightsMutants,
  ...signInMutants,
  ...browserMutants,
  ...providerMutants,
  ...inputMutants,
];

/** Why a promise has no mutant. */
export const unmutated: Readonly<Record<string, string>> = {
  "TIM-1": "measured by `pnpm bench --only TIM-1`: a test of time would fail on a busy machine",
};
