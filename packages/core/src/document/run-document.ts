import { createPolicyService } from "../discovery/policy-service.ts";
import { createGroupService } from "../identity/group-service.ts";
import { publicNameKey } from "../model/model-id.ts";
import { createAliasService } from "../name/alias-service.ts";
import { toRefusal, type ReportItem } from "./document-report.ts";
import type { AliasItem, ItemKind, PolicyItem } from "./document-schema.ts";
import type { ParsedItem } from "./parse-document.ts";
import { isBeforeModels, planAliases, writeAlias, type IsComing } from "./plan-aliases.ts";
import { planConnections } from "./plan-connections.ts";
import { planGroups, writeGroup } from "./plan-groups.ts";
import { orderPolicies, planPolicies, writePolicy } from "./plan-policies.ts";
import { planSettings, writeSettings } from "./plan-settings.ts";
import type { Step } from "./plan-step.ts";
import { readWorld, type World } from "./read-world.ts";
import { openConnections, runConnections } from "./run-connections.ts";
import { runModels, type RunResult } from "./run-models.ts";
import { eachStep, markingFor, type Run } from "./run-steps.ts";

/**
 * Judges a document, and writes it unless it is a dry run: groups before what they are granted, connections and then
 * the policies before what is listed, models before the aliases that stand for them, and what goes in the opposite
 * order. Each object is judged as the single call would be.
 */
export async function runDocument(run: Run, world: World): Promise<RunResult> {
  const { ports, document, options } = run;
  const { settings, group, connection, policy, model, alias } = document.items;
  const groupSteps = group === undefined ? [] : planGroups(world, group, options);
  const connectionSteps =
    connection === undefined ? [] : await planConnections(ports, { world, wanted: connection }, options);
  const coming = [...groupSteps, ...connectionSteps.map(({ step }) => step)].filter(isCreation);

  const stated = await eachStep(run, planSettings(world, settings ?? [], options), (step) =>
    writeSettings(run, step),
  );
  const groups = await runGroups(run, world, groupSteps.filter(isKept));
  const planned = connectionSteps.filter(({ step }) => isKept(step));
  const opened = await runConnections(run, world, { planned, isHeld: (policy ?? []).length > 0 });
  const first = [...stated, ...groups, ...opened.items];
  const isChanged = first.some(({ outcome }) => outcome === "created" || outcome === "updated");
  const settled = isChanged && !options.dryRun ? await readWorld(ports, world.actor) : world;
  const policies = await runPolicies(run, settled, { wanted: policy, coming });
  await openConnections(run, settled, opened.made);

  const ready = opened.made.length > 0 ? await readWorld(ports, world.actor) : settled;
  const isComing = comingModels(run, coming);
  const aliases = alias === undefined ? [] : planAliases(ready, { wanted: alias, isComing }, options);
  const early = aliases.filter(isBeforeModels);
  const before = await runAliases(run, ready, early);
  const models = await runModels(run, ready, { wanted: model, coming, aliases: early });
  const after = await runLateAliases(run, ready, {
    wanted: alias,
    late: aliases.filter((step) => !isBeforeModels(step)),
  });

  const gone = connectionSteps.filter(({ step }) => !isKept(step));
  const last = [
    ...(await runConnections(run, world, { planned: gone, isHeld: false })).items,
    ...(await runGroups(
      run,
      world,
      groupSteps.filter((step) => !isKept(step)),
    )),
  ];
  const items = [...first, ...policies, ...before, ...models.items, ...after, ...last];
  return { items, operationId: models.operationId };
}

function isKept({ action }: Step<ItemKind>): boolean {
  return action !== "delete";
}

function isCreation({ action }: Step<ItemKind>): boolean {
  return action === "create";
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

async function runPolicies(
  run: Run,
  world: World,
  on: {
    readonly wanted: readonly ParsedItem<PolicyItem>[] | undefined;
    readonly coming: readonly Step<ItemKind>[];
  },
): Promise<readonly ReportItem[]> {
  if (on.wanted === undefined) return [];
  const { ports, context, document, options } = run;
  const coming = new Set(on.coming.flatMap(({ kind, name }) => (kind === "connection" ? name : [])));
  const planning = { ports, world, images: document.images, coming };
  const steps = await planPolicies(planning, on.wanted, options);
  const service = createPolicyService({ ...ports, unitOfWork: markingFor(run, steps) });
  const items = await eachStep(run, steps, (step) => writePolicy(service, { ...planning, context }, step));
  if (options.dryRun) return items;
  const names = items.flatMap(({ name, error }, at) => (error === null && steps[at]?.wanted ? name : []));
  try {
    await orderPolicies(service, { world, context }, names);
    return items;
  } catch (error) {
    const refusal = toRefusal(error);
    const isMoved = ({ changes }: ReportItem) => changes.some(({ path }) => path[0] === "position");
    return items.map((item) => (isMoved(item) ? { ...item, ...refusal } : item));
  }
}

async function runAliases(
  run: Run,
  world: World,
  steps: readonly Step<"alias">[],
): Promise<readonly ReportItem[]> {
  const { catalog } = run.ports;
  const service = createAliasService({ catalog, unitOfWork: markingFor(run, steps) });
  return eachStep(run, steps, (step) => writeAlias(service, { world, context: run.context }, step));
}

/** What waited for the models is judged again by what they have become. */
async function runLateAliases(
  run: Run,
  world: World,
  on: {
    readonly wanted: readonly ParsedItem<AliasItem>[] | undefined;
    readonly late: readonly Step<"alias">[];
  },
): Promise<readonly ReportItem[]> {
  const { late, wanted = [] } = on;
  const isOpen = late.some(({ action, notes }) => action === "refuse" || notes.length > 0);
  if (run.options.dryRun || !isOpen) return runAliases(run, world, late);
  const names = new Set(late.map(({ name }) => publicNameKey(name)));
  const now = await readWorld(run.ports, world.actor);
  const again = planAliases(
    now,
    {
      wanted: wanted.filter(({ name }) => names.has(publicNameKey(name))),
      isComing: () => false,
    },
    { ...run.options, prune: false },
  );
  return runAliases(run, now, again);
}

/** Models of this document, and whatever a connection may list that does not exist yet. */
function comingModels(run: Run, coming: readonly Step<ItemKind>[]): IsComing {
  const { document, options } = run;
  if (options.dryRun && coming.some(({ kind }) => kind === "connection")) return () => true;
  const made = new Set(
    (document.items.model ?? []).flatMap(({ ok, name }) => (ok ? publicNameKey(name) : [])),
  );
  return (id) => made.has(publicNameKey(id));
}
