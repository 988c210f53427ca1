import { errorCodes, type ErrorCode } from "@corral/core";
import { z } from "zod";

/** One of the codes of the error table. */
export const errorCodeSchema = z.custom<ErrorCode>((code) => typeof code === "string" && code in errorCodes);
