import type { SettingsItem } from "./document-schema.ts";
import type { ParsedItem } from "./parse-document.ts";
import { notYours } from "./plan-groups.ts";
import { toInvalid, type PlanOptions } from "./plan-models.ts";
import { planStep, refusedStep, type Step } from "./plan-step.ts";
import { toApplied } from "./marking-unit-of-work.ts";
import type { World } from "./read-world.ts";
import type { Run } from "./run-steps.ts";

/** There is one object of this kind, and it is always there. */
export const settingsUid = "settings";

export function planSettings(
  world: World,
  wanted: readonly ParsedItem<SettingsItem>[],
  { source, adopt }: PlanOptions,
): readonly Step<"settings">[] {
  const { settings, marks } = world;
  if (settings === null) return wanted.map(({ name }) => refusedStep("settings", name, notYours("settings")));
  const mark = marks.find(({ kind }) => kind === "settings");
  return wanted.map((parsed) =>
    parsed.ok
      ? planStep({
          kind: "settings",
          name: parsed.name,
          wanted: toCanonicalSettings(parsed.item),
          stored: {
            uid: settingsUid,
            item: toCanonicalSettings({ ...settings, memberPermissions: [...settings.memberPermissions] }),
          },
          mark,
          source,
          adopt,
        })
      : refusedStep("settings", parsed.name, toInvalid(parsed.issues)),
  );
}

export function toCanonicalSettings({
  adminBypass,
  memberPermissions,
  signUpOpen,
}: SettingsItem): SettingsItem {
  return {
    ...(adminBypass !== undefined && { adminBypass }),
    ...(memberPermissions !== undefined && { memberPermissions: [...new Set(memberPermissions)].toSorted() }),
    ...(signUpOpen !== undefined && { signUpOpen }),
  };
}

export async function writeSettings({ ports, author, options }: Run, step: Step<"settings">): Promise<void> {
  const { wanted } = step;
  if (wanted === null) return;
  const change = {
    ...(wanted.adminBypass !== undefined && { adminBypass: wanted.adminBypass }),
    ...(wanted.memberPermissions !== undefined && { memberPermissions: wanted.memberPermissions }),
    ...(wanted.signUpOpen !== undefined && { signUpOpen: wanted.signUpOpen }),
  };
  const { change: number } = await ports.settings.update(change, { ...author, action: "settings.update" });
  await ports.catalog.acknowledge(number);
  const { source } = options;
  await ports.unitOfWork.write(author, ({ ownerMarks }) =>
    ownerMarks.put([
      { source, kind: "settings", uid: settingsUid, name: step.name, applied: toApplied(wanted) },
    ]),
  );
}
