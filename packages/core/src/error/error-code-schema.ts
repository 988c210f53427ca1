import { z } from "zod";
import { errorCodes, type ErrorCode } from "./error-codes.ts";

/** One of the codes of the error table. */
export const errorCodeSchema = z.enum(
  Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]], // safe: the keys of the table itself
);
