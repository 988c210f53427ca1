import { z } from "zod";

/** A parameter that may stand in the address several times. */
export function queryList<S extends z.ZodType<string>>(item: S) {
  return z.union([z.array(item), item.transform((one) => [one])]).optional();
}

/** A switch in the address. */
export const queryFlag = z
  .enum(["true", "false", "1", "0"])
  .transform((text) => text === "true" || text === "1")
  .optional();

/** A whole number in the address; an empty one is absent. */
export function queryInteger(range: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(/^-?\d{0,15}$/u, "must be a whole number")
    .transform((text) => (text === "" || text === "-" ? undefined : Number(text)))
    .pipe(z.int().min(range.min).max(range.max).optional())
    .optional();
}
