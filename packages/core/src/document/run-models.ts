import { writeItems } from "../operation/write-items.ts";
import type { ReportItem } from "./document-report.ts";
import type { ItemKind } from "./document-schema.ts";
import type { ParsedDocument } from "./parse-document.ts";
import { isFreed } from "./plan-aliases.ts";
import { planModels, toModelWrite } from "./plan-models.ts";
import { toReportItem, type Step } from "./plan-step.ts";
import type { World } from "./read-world.ts";
import { markingFor, renewMarks, type Run } from "./run-steps.ts";

export type RunResult = { readonly items: readonly ReportItem[]; readonly operationId: string | null };

/** What else the document brings and takes away, which a plan must know of as if it were done. */
export type Beside = {
  readonly coming: readonly Step<ItemKind>[];
  readonly aliases: readonly Step<"alias">[];
};

/** Writes the models of a document, all at once as far as one transaction takes them. */
export async function runModels(
  run: Run,
  world: World,
  on: Beside & { readonly wanted: ParsedDocument["items"]["model"] },
): Promise<RunResult> {
  const { ports, author, options, document } = run;
  if (on.wanted === undefined) return { items: [], operationId: null };
  const steps = await planModels(world, on.wanted, options);
  const comingGroups = new Set(
    options.dryRun
      ? on.coming.filter(({ kind }) => kind === "group").map(({ name }) => name.toLowerCase())
      : [],
  );
  const toWrite = { world, images: document.images, force: options.force, comingGroups };
  const writes = steps.map((step) => toModelWrite(step, toWrite));
  const report = await writeItems(
    { catalog: ports.catalog, unitOfWork: markingFor(run, steps) },
    { actor: world.actor, author },
    {
      items: writes.filter((item) => item !== undefined),
      kind: "apply",
      strict: false,
      dryRun: options.dryRun,
    },
  );
  const results = report.results.values();
  const items = steps.map((step, at): ReportItem => {
    const item = toReportItem(step);
    const result = writes[at] === undefined ? undefined : results.next().value;
    if (result === undefined) return item;
    const { outcome, error } = result;
    if (isComing(step, error?.code, on.coming))
      return { ...item, notes: [...item.notes, "Its base comes with a connection of this document."] };
    if (options.dryRun && isPromised(world, { step, steps, code: error?.code }, on)) return item;
    return { ...item, outcome, error, notes: [...item.notes, ...result.notes] };
  });
  if (!options.dryRun) await renewMarks(run, steps);
  return { items, operationId: report.operationId };
}

/** A plan cannot know what a connection will list that does not exist yet. */
function isComing(step: Step<"model">, code: string | undefined, coming: readonly Step<ItemKind>[]): boolean {
  return (
    code === "base_model_not_found" &&
    step.action === "create" &&
    coming.some(({ kind }) => kind === "connection")
  );
}

/** A model that only aliases stand on which go first; in a plan they are still there. */
function isPromised(
  world: World,
  on: {
    readonly step: Step<"model">;
    readonly steps: readonly Step<"model">[];
    readonly code: string | undefined;
  },
  { aliases }: Beside,
): boolean {
  const { step, steps, code } = on;
  const uid = step.stored?.uid;
  if (code !== "dependants_exist" || step.action !== "delete" || uid === undefined) return false;
  const going = new Set(
    steps.flatMap(({ action, stored }) => (action === "delete" ? (stored?.uid ?? []) : [])),
  );
  return (
    world.snapshot.dependantsOf(uid).every((dependant) => going.has(dependant)) &&
    isFreed(world, uid, aliases)
  );
}
