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
  return (
    z
      .unknown()
      // an address holds nothing but text; this is what the text must say
      .meta({ type: "integer", minimum: range.min, maximum: range.max })
      .transform((text, context) => {
        if (text === undefined || text === "") return undefined;
        const number = typeof text === "string" && /^-?\d{1,15}$/u.test(text) ? Number(text) : undefined;
        if (number !== undefined && number >= range.min && number <= range.max) return number;
        context.addIssue({
          code: "custom",
          message: `must be a whole number from ${range.min} to ${range.max}`,
        });
        return z.NEVER;
      })
      .optional()
  );
}
