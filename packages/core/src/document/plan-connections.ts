import { noSecrets } from "../connection/connection-secrets.ts";
import type { Connection } from "../connection/connection.ts";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import { toRefusal } from "./document-report.ts";
import { toCanonicalConnectionItem, toConnectionItem } from "./connection-items.ts";
import { toConnectionWrite, type ConnectionWrite } from "./connection-write.ts";
import type { DocumentPorts } from "./document-ports.ts";
import type { SecretReferences } from "../connection/secret-references.ts";
import { connectionItemSchema, type ConnectionItem } from "./document-schema.ts";
import type { OwnerMark } from "./owner-marks.ts";
import type { ParsedItem } from "./parse-document.ts";
import { notYours } from "./plan-groups.ts";
import { toInvalid, type PlanOptions } from "./plan-models.ts";
import { planStep, pruneStep, refusedStep, type Step } from "./plan-step.ts";
import type { World } from "./read-world.ts";
import { compareSecrets, resolveSecrets, type ResolvedSecrets } from "./secret-references.ts";

/** A step with what the service is to be asked, secrets included: never part of a report. */
export type ConnectionStep = {
  readonly step: Step<"connection">;
  readonly write: ConnectionWrite | undefined;
};

/** What is to be done about the connections of a document. */
export async function planConnections(
  ports: DocumentPorts,
  on: { readonly world: World; readonly wanted: readonly ParsedItem<ConnectionItem>[] },
  options: PlanOptions,
): Promise<readonly ConnectionStep[]> {
  const { world, wanted } = on;
  const { connections } = world;
  if (connections === null) {
    return wanted.map(({ name }) => ({
      step: refusedStep("connection", name, notYours("connections")),
      write: undefined,
    }));
  }
  const steps: ConnectionStep[] = [];
  for (const parsed of wanted) {
    const stored = connections.find(({ slug }) => slug === parsed.name);
    steps.push(
      parsed.ok
        ? await planConnection(ports, { world, item: parsed.item, stored }, options)
        : { step: refusedStep("connection", parsed.name, toInvalid(parsed.issues)), write: undefined },
    );
  }
  if (!options.prune) return steps;
  const spoken = new Set(wanted.map(({ name }) => name));
  const gone = connections.flatMap((connection): ConnectionStep[] => {
    const mark = markOf(world, connection.uid);
    if (mark?.source !== options.source || spoken.has(connection.slug)) return [];
    const step = pruneStep(mark, { uid: connection.uid, item: toConnectionItem(world.names, connection) });
    return [{ step, write: { kind: "delete", uid: connection.uid } }];
  });
  return [...steps, ...gone];
}

async function planConnection(
  ports: DocumentPorts,
  on: { readonly world: World; readonly item: ConnectionItem; readonly stored: Connection | undefined },
  { source, adopt }: PlanOptions,
): Promise<ConnectionStep> {
  const { world, stored } = on;
  try {
    const wanted = toCanonicalConnectionItem(world.names, on.item);
    if (stored !== undefined && stored.provider !== wanted.provider) throw providerIsFixed(stored);
    const values = await resolveSecrets(wanted.secrets, ports.secrets);
    const mark = stored && markOf(world, stored.uid);
    const { secrets, ...visible } = wanted;
    const hiddenChanges =
      stored === undefined ? [] : await findSecretChanges(ports, { stored, mark, secrets, values });
    const planned = planStep({
      kind: "connection",
      name: wanted.slug,
      wanted: visible,
      stored: stored && { uid: stored.uid, item: toConnectionItem(world.names, stored) },
      mark,
      source,
      adopt,
      hiddenChanges,
    });
    const step = { ...planned, wanted };
    return { step, write: toConnectionWrite(world, { step, stored, values }) };
  } catch (error) {
    return { step: refusedStep("connection", on.item.slug, toRefusal(error)), write: undefined };
  }
}

async function findSecretChanges(
  { unitOfWork }: DocumentPorts,
  on: {
    readonly stored: Connection;
    readonly mark: OwnerMark | undefined;
    readonly secrets: SecretReferences | undefined;
    readonly values: ResolvedSecrets;
  },
) {
  if (on.secrets === undefined) return [];
  const held = await unitOfWork
    .read(({ connections }) => connections.getSecrets(on.stored.uid))
    .catch((error: unknown) => {
      if (isDomainError(error) && error.code === "connection_not_found") return noSecrets;
      throw error;
    });
  return compareSecrets(on.secrets, { before: referencesOf(on.mark), values: on.values, held });
}

/** The references that were applied last. */
export function referencesOf(mark: OwnerMark | undefined): SecretReferences {
  return connectionItemSchema.shape.secrets.safeParse(mark?.applied["secrets"]).data ?? {};
}

export function markOf(
  { marks }: World,
  uid: string,
): (OwnerMark & { readonly kind: "connection" }) | undefined {
  return marks.find(
    (mark): mark is OwnerMark & { readonly kind: "connection" } =>
      mark.kind === "connection" && mark.uid === uid,
  );
}

function providerIsFixed({ slug, provider }: Connection): DomainError {
  return new DomainError(
    "invalid_input",
    `The connection "${slug}" is one to ${provider}, and stays one; use another slug.`,
    {
      details: { issues: [{ path: ["provider"], message: `is ${provider} here and cannot change` }] },
    },
  );
}
