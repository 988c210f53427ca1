import { documentReportSchema, outcomeCountsSchema, type DocumentReport } from "@corral/core";
import { z } from "zod";
import { queryFlag } from "../query-schemas.ts";
import { restRoute, type RestCall, type RestRoute } from "../rest-route.ts";
import { modelExample } from "./model-example.ts";

const itemSchema = documentReportSchema.shape.items
  .unwrap()
  .element.pick({ outcome: true, error: true, notes: true });
const reportSchema = z
  .object({
    applied: z
      .boolean()
      .describe(
        "`false`: nothing was written, because it was a trial, or `strict` and something was refused.",
      ),
    operation_id: z.string().nullable().describe("For an undo; `null` when nothing was written."),
    counts: outcomeCountsSchema,
    items: z.array(itemSchema.extend({ id: z.string() })),
    notes: z.array(z.string()),
  })
  .meta({ id: "ImportReport" });
const reportExample = {
  applied: true,
  operation_id: "6f1d7c1e-11c5-4f35-8a39-3c8f8a1f6f7e",
  counts: { created: 1, updated: 0, deleted: 0, unchanged: 0, forbidden: 0, invalid: 0, conflict: 0 },
  items: [{ id: "support-bot", outcome: "created", error: null, notes: [] }],
  notes: [],
};

const rowsSchema = z.array(z.looseObject({ id: z.string() }));
const importing = {
  method: "POST",
  tag: "models",
  // the text of it; what may be in it is only described
  body: z.union([rowsSchema, z.looseObject({ models: rowsSchema }), z.looseObject({ id: z.string() })]),
  takesDocument: true,
  answer: reportSchema,
} as const;
const trialShape = {
  strict: queryFlag.describe("All of it or nothing."),
  dry_run: queryFlag.describe("The same report, and nothing is written."),
};

const importModels = restRoute({
  ...importing,
  path: "/import",
  operationId: "import",
  summary: "Takes over models: an array, `{models}`, one model, or what Open WebUI's browser saves",
  description:
    "Each is judged as the single call would be: valid ones land, the others are reported. People and groups are found " +
    "by e-mail address or name where the file says them, else left out, never widened.",
  policy: { auth: "member", scope: "models:write" },
  query: z.object(trialShape),
  examples: { body: { models: [modelExample.form] }, answer: reportExample },
  handle: (call) => importText(call),
});

const syncModels = restRoute({
  ...importing,
  path: "/sync",
  operationId: "sync",
  summary: "Makes what is stored equal to the file: what it does not name is deleted",
  policy: { auth: "administrator", scope: "admin" },
  query: z.object({
    ...trialShape,
    allow_delete_all: queryFlag.describe("Else a file that names nothing of what is stored is refused."),
  }),
  examples: { body: { models: [modelExample.form] }, answer: reportExample },
  handle: (call) => importText(call, { allowDeleteAll: call.query.allow_delete_all ?? false }),
});

async function importText(
  {
    actor,
    query,
    request,
    services,
    client,
  }: Pick<RestCall<{ auth: "member"; scope: "none" }>, "actor" | "request" | "services" | "client"> & {
    readonly query: { readonly strict?: boolean | undefined; readonly dry_run?: boolean | undefined };
  },
  sync?: { readonly allowDeleteAll: boolean },
): Promise<z.output<typeof reportSchema>> {
  const report = await services.documents.import(
    actor,
    {
      format: "open-webui",
      // safe: such routes get their body as text
      text: (request.body ?? "") as string,
      strict: query.strict ?? false,
      dryRun: query.dry_run ?? false,
      adopt: false,
      ...(sync && { sync }),
    },
    client,
  );
  return toReport(report);
}

function toReport({ applied, operationId, counts, items, notes }: DocumentReport) {
  return {
    applied,
    operation_id: operationId,
    counts,
    items: items.map(({ name, outcome, error, notes: own }) => ({
      id: name,
      outcome,
      error,
      notes: [...own],
    })),
    notes: [...notes],
  };
}

export const importRoutes: readonly RestRoute[] = [importModels, syncModels];
