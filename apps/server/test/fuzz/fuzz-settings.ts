/** How much is sent, and what decides it: `CORRAL_FUZZ_COUNT` inputs a door, made of `CORRAL_FUZZ_SEED`. */
export function readSettings(): { readonly seed: number; readonly count: number } {
  const { CORRAL_FUZZ_SEED: seed = "20261123", CORRAL_FUZZ_COUNT: count = "300" } = process.env;
  return { seed: Number(seed), count: Number(count) };
}
