import { z } from "zod";

const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** ISO 8601 with any offset, in UTC afterwards; of a year with four digits, as PostgreSQL and JavaScript both write it. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  // what is no time at all was told so above
  .refine((text) => !(Date.parse(text) < earliest || Date.parse(text) > latest), {
    error: "must be in the years 1 to 9999",
  })
  .transform((text) => new Date(text).toISOString());
