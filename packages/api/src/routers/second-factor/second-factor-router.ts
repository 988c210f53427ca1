import { router } from "../../trpc.ts";
import { confirmSecondFactor } from "./confirm-second-factor.ts";
import { enrollSecondFactor } from "./enroll-second-factor.ts";
import { getSecondFactor } from "./get-second-factor.ts";
import { removeSecondFactor } from "./remove-second-factor.ts";
import { renewBackupCodes } from "./renew-backup-codes.ts";
import { resetSecondFactor } from "./reset-second-factor.ts";

export const secondFactorRouter = router({
  get: getSecondFactor,
  enroll: enrollSecondFactor,
  confirm: confirmSecondFactor,
  renewBackupCodes,
  remove: removeSecondFactor,
  reset: resetSecondFactor,
});
