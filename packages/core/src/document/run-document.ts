import { createConnectionService } from "../connection/connection-service.ts";
import { DomainError } from "../error/domain-error.ts";
import { createGroupService } from "../identity/group-service.ts";
import type { ChangeAuthor } from "../identity/actor.ts";
import type { WriteContext } from "../model/model-service.ts";
import { isSameJson } from "../json-equality.ts";
import { writeItems } from "../operation/write-items.ts";
import type { DocumentPorts } from "./document-ports.ts";
import { toRefusal, type ReportItem } from "./document-report.ts";
import type { ItemKind } from "./document-schema.ts";
import { markingUnitOfWork, toApplied } from "./marking-unit-of-work.ts";
import type { NewOwnerMark } from "./owner-marks.ts";
import type { ParsedDocument } from "./parse-document.ts";
import { writeConnection } from "./connection-write.ts";
import { planConnections, type ConnectionStep } from "./plan-connections.ts";
import { planGroups, writeGroup } from "./plan-groups.ts";
import { planModels, toModelWrite, type PlanOptions } from "./plan-models.ts";
import { planSettings, writeSettings } from "./plan-settings.ts";
import { toReportItem, type Step } from "./plan-step.ts";
import { readWorld, type World } from "./read-world.ts";

export type RunOptions = PlanOptions & { readonly force: boolean; readonly dryRun: boolean };

export type Run = {
  readonly ports: DocumentPorts;
  readonly author: ChangeAuthor;
  readonly context: WriteContext;
  readonly document: ParsedDocument;
  readonly options: RunOptions;
};

export type RunResult = { readonly items: readonly ReportItem[]; readonly operationId: string | null };

/**
 * Judges a document, and writes it unless it is a dry run: groups before what they are granted, connections before the
 * models that they list, and what goes in the opposite order. Each object is judged as the single call would be.
 */
export async function runDocument(run: Run, world: World): Promise<RunResult> {
  const { ports, document, options } = run;
  const { settings, group, connection, model } = document.items;
  const settingSteps = planSettings(world, settings ?? [], options);
  const groupSteps = group === undefined ? [] : planGroups(world, group, options);
  const connectionSteps =
    connection === undefined ? [] : await planConnections(ports, { world, wanted: connection }, options);

  const first = [
    ...(await runSteps(run, settingSteps)),
    ...(await runGroups(run, world, groupSteps.filter(isKept))),
    ...(await runConnections(
      run,
      world,
      connectionSteps.filter(({ step }) => isKept(step)),
    )),
  ];
  const isChanged =
    !options.dryRun && first.some(({ outcome }) => outcome === "created" || outcome === "updated");
  const models = await runModels(run, isChanged ? await readWorld(ports, world.actor) : world, {
    coming: [...groupSteps, ...connectionSteps.map(({ step }) => step)].filter(
      ({ action }) => action === "create",
    ),
    wanted: model,
  });
  const last = [
    ...(await runConnections(
      run,
      world,
      connectionSteps.filter(({ step }) => !isKept(step)),
    )),
    ...(await runGroups(
      run,
      world,
      groupSteps.filter((step) => !isKept(step)),
    )),
  ];
  return { items: [...first, ...models.items, ...last], operationId: models.operationId };
}

function isKept({ action }: Step<ItemKind>): boolean {
  return action !== "delete";
}

async function runSteps(run: Run, steps: readonly Step<"settings">[]): Promise<readonly ReportItem[]> {
  return eachStep(run, steps, (step) => writeSettings(run, step));
}

async function runGroups(
  run: Run,
  world: World,
  steps: readonly Step<"group">[],
): Promise<readonly ReportItem[]> {
  const { catalog } = run.ports;
  const service = createGroupService({ catalog, unitOfWork: markingFor(run, steps) });
  return eachStep(run, steps, (step) => writeGroup(service, { world, context: run.context }, step));
}

async function runConnections(
  run: Run,
  world: World,
  planned: readonly ConnectionStep[],
): Promise<readonly ReportItem[]> {
  const steps = planned.map(({ step }) => step);
  const service = createConnectionService({ ...run.ports.connections, unitOfWork: markingFor(run, steps) });
  const writes = new Map(planned.map(({ step, write }) => [step, write]));
  const made: string[] = [];
  const items = await eachStep(run, steps, async (step) => {
    const write = writes.get(step);
    if (write === undefined) return;
    const uid = await writeConnection(service, { world, context: run.context }, write);
    if (write.kind === "create") made.push(uid);
  });
  // models may be built on what they list
  await Promise.all(made.map((uid) => service.refresh(world.actor, uid)));
  return items;
}

/** The lines of the steps, each after it was written. What refuses one does not keep the others. */
async function eachStep<K extends ItemKind>(
  { options, ...run }: Run,
  steps: readonly Step<K>[],
  write: (step: Step<K>) => Promise<void>,
): Promise<readonly ReportItem[]> {
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
  if (!options.dryRun) await renewMarks({ ...run, options }, steps);
  return items;
}

async function runModels(
  run: Run,
  world: World,
  on: { readonly wanted: ParsedDocument["items"]["model"]; readonly coming: readonly Step<ItemKind>[] },
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
      return { ...item, notes: ["Its base comes with a connection of this document."] };
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

function markingFor({ ports, options }: Run, steps: readonly Step<ItemKind>[]) {
  return markingUnitOfWork(ports.unitOfWork, { source: options.source, steps });
}

/** Objects that are as the document says already: taken over, or applied in another spelling. Their contents stay. */
async function renewMarks({ ports, options, author }: Run, steps: readonly Step<ItemKind>[]): Promise<void> {
  const { source, adopt } = options;
  const unchanged = steps.filter(({ action }) => action === "none");
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

/** @throws DomainError `invalid_input` for a picture that is not the one its name says. */
export async function assertPictures(
  images: Readonly<Record<string, string>>,
  hashOf: (dataUrl: string) => Promise<string>,
): Promise<void> {
  for (const [hash, url] of Object.entries(images)) {
    if (url.startsWith("data:") && (await hashOf(url)) === hash) continue;
    const issues = [{ path: ["images", hash], message: "is not the picture with this SHA-256" }];
    throw new DomainError("invalid_input", `images.${hash} is not the picture with this SHA-256.`, {
      details: { issues },
    });
  }
}
