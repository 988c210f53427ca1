import type { ChangeAuthor } from "../identity/actor.ts";
import { isSameJson } from "../json-equality.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { DocumentPorts } from "./document-ports.ts";
import { toRefusal, type ReportItem } from "./document-report.ts";
import type { ItemKind } from "./document-schema.ts";
import { markingUnitOfWork, toApplied } from "./marking-unit-of-work.ts";
import type { NewOwnerMark } from "./owner-marks.ts";
import type { ParsedDocument } from "./parse-document.ts";
import type { PlanOptions } from "./plan-models.ts";
import { isMoveAlone } from "./plan-policies.ts";
import { toReportItem, type Step } from "./plan-step.ts";

export type RunOptions = PlanOptions & { readonly force: boolean; readonly dryRun: boolean };

/** A document that is being applied, or would be. */
export type Run = {
  readonly ports: DocumentPorts;
  readonly author: ChangeAuthor;
  readonly context: WriteContext;
  readonly document: ParsedDocument;
  readonly options: RunOptions;
};

/** The lines of the steps, each after it was written. What refuses one does not keep the others. */
export async function eachStep<K extends ItemKind>(
  run: Run,
  steps: readonly Step<K>[],
  write: (step: Step<K>) => Promise<void>,
): Promise<readonly ReportItem[]> {
  const { options } = run;
  const items: ReportItem[] = [];
  for (const step of steps) {
    const item = toReportItem(step);
    const isWritten = !options.dryRun && step.action !== "none" && step.action !== "refuse";
    items.push(
      isWritten
        ? await write(step).then(
            () => item,
            (error: unknown) => ({ ...item, ...toRefusal(error) }),
          )
        : item,
    );
  }
  if (!options.dryRun) await renewMarks(run, steps);
  return items;
}

export function markingFor({ ports, options }: Run, steps: readonly Step<ItemKind>[]) {
  return markingUnitOfWork(ports.unitOfWork, { source: options.source, steps });
}

/** Objects that are as the document says already: taken over, or applied in another spelling. Their contents stay. */
export async function renewMarks(
  { ports, options, author }: Run,
  steps: readonly Step<ItemKind>[],
): Promise<void> {
  const { source, adopt } = options;
  const unchanged = steps.filter(
    (step) => step.action === "none" || (step.kind === "policy" && isMoveAlone(step)),
  );
  if (unchanged.length === 0) return;
  await ports.unitOfWork.write(author, async ({ ownerMarks }) => {
    const marks = new Map((await ownerMarks.list()).map((mark) => [`${mark.kind} ${mark.uid}`, mark]));
    const renewed = unchanged.flatMap(({ kind, name, wanted, stored }): NewOwnerMark[] => {
      if (wanted === null || stored === null) return [];
      const mark = marks.get(`${kind} ${stored.uid}`);
      const applied = toApplied(wanted);
      const isOwn = mark?.source === source;
      if (!isOwn && !adopt && kind !== "settings") return [];
      return isOwn && isSameJson(mark.applied, applied)
        ? []
        : [{ source, kind, uid: stored.uid, name, applied }];
    });
    await ownerMarks.put(renewed);
  });
}
