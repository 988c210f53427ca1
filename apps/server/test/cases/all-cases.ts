import { accountCases } from "./account-cases.ts";
import { authCases } from "./auth-cases.ts";
import type { CaseTable } from "./case-table.ts";
import { connectionsCases } from "./connections-cases.ts";
import { modelsCases } from "./models-cases.ts";
import { namesCases } from "./names-cases.ts";
import { ollamaCases } from "./ollama-cases.ts";
import { peopleCases } from "./people-cases.ts";
import { secondFactorCases } from "./second-factor-cases.ts";
import { ssoCases } from "./sso-cases.ts";
import { workCases } from "./work-cases.ts";

export const allCases: CaseTable = {
  ...accountCases,
  ...authCases,
  ...connectionsCases,
  ...modelsCases,
  ...namesCases,
  ...ollamaCases,
  ...peopleCases,
  ...secondFactorCases,
  ...ssoCases,
  ...workCases,
};
