import type { CallTarget, CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { maySeeConnections } from "../catalog/caller-view.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { decidedRights } from "../catalog/model-access.ts";
import { findModel } from "../catalog/model-table.ts";
import { refuseCall } from "../catalog/resolve-entry.ts";
import { walkChain, type ChainWalk } from "../catalog/walk-chain.ts";
import type { ChatRequest } from "../chat/chat-request.ts";
import { byPreference } from "../chat/order-targets.ts";
import { toRecordConfig } from "../chat/record-configs.ts";
import { resolveChatRequest, toLayers, type RecordConfig } from "../chat/resolve-chat-request.ts";
import type { Actor } from "../identity/actor.ts";
import type { JsonObject } from "../json.ts";
import type { ModelId } from "../model/model-id.ts";
import type { ModelParams } from "../model/model-params.ts";
import type { ModelPorts } from "../model/model-ports.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { ParamNote, ProviderChatRequest } from "../provider/provider.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import type { CallPreview, CandidatePreview, PreviewCall } from "./call-preview-schema.ts";
import { recordUidsOf } from "./chain-below.ts";
import { listSettings } from "./param-settings.ts";
import { namesSetBy, toResolvedParams, type ShowSource } from "./resolved-params.ts";
import { createShowSource } from "./show-source.ts";

export type CallPreviewPorts = ModelPorts & {
  readonly registry: Pick<ProviderRegistry, "get">;
  readonly now: () => Date;
};

/** What is to be sent, in a world that may be another one than today's. */
export type PreviewedCall = {
  readonly entry: CatalogEntry;
  readonly snapshot: CatalogSnapshot;
  readonly params: PreviewCall["params"];
  /** A record as it is not stored, or not yet. */
  readonly record?: ModelRecord;
};

/** What would be sent to each place that may answer, by the functions that make a call. The caller decides about rights. */
export async function previewCall(
  ports: CallPreviewPorts,
  actor: Actor,
  call: PreviewedCall,
): Promise<CallPreview> {
  const contents = contentsOf(call.snapshot);
  const model = findModel(contents.models, call.entry.uid);
  if (model === undefined) throw unknownModel(call.entry.id);
  const walk = walkChain(contents, decidedRights(contents, actor.principal), model);
  const refusal = refuseCall(actor, model, walk);
  const records = await readConfigs(ports, walk, call.record);
  const view = { actor, call, walk, records, showSource: createShowSource(call.snapshot, actor) };
  const targets = byPreference(walk.candidates, ports.health);
  return {
    refusal: refusal === undefined ? null : { code: refusal.code, message: refusal.message },
    candidates: await Promise.all(targets.map((target) => previewPlace(ports, view, target))),
  };
}

async function readConfigs(
  { unitOfWork }: ModelPorts,
  { chain }: ChainWalk,
  record: ModelRecord | undefined,
): Promise<readonly RecordConfig[]> {
  const uids = recordUidsOf(chain);
  const stored = await unitOfWork.read(({ models }) => models.findMany(uids));
  const byUid = new Map(stored.map((one) => [one.uid, one]));
  if (record !== undefined) byUid.set(record.uid, record);
  return uids.flatMap((uid) => {
    const found = byUid.get(uid);
    return found === undefined ? [] : toRecordConfig(found);
  });
}

// One short message stands for whatever callers will say.
const sample = {
  model: "sample" as ModelId, // safe: nothing looks it up
  messages: [{ role: "user", content: "Hello" }],
} satisfies Pick<ChatRequest, "model" | "messages">;
const fromRequest = { kind: "request" } as const;

type View = {
  readonly actor: Actor;
  readonly call: PreviewedCall;
  readonly walk: ChainWalk;
  readonly records: readonly RecordConfig[];
  readonly showSource: ShowSource;
};

async function previewPlace(
  ports: CallPreviewPorts,
  view: View,
  target: CallTarget,
): Promise<CandidatePreview> {
  const { actor, call, showSource } = view;
  const { connection, placement } = target;
  const live = await ports.registry.get(connection.uid);
  const resolution = {
    upstreamId: placement.upstreamId,
    facts: placement.facts,
    connectionUid: connection.uid,
    connectionParams: live.connection.params,
    records: view.records,
    variables: {
      userName: actor.name,
      userId: actor.principal.userId,
      now: ports.now(),
      timeZone: "UTC",
      language: "en",
    },
  };
  const resolved = resolveChatRequest({ ...sample, params: call.params }, resolution);
  const layers = [...toLayers(resolution), { source: fromRequest, params: call.params, modes: {} }];
  const settings = listSettings(resolved.merged, layers);
  const own = namesSetBy(layers.filter(({ source }) => showSource(source) !== null));
  const shown = toResolvedParams(settings, showSource, own);
  const hidden = settings.filter(({ source }) => showSource(source) === null).map(({ name }) => name);
  const sent = live.provider.previewChat(withoutParams(resolved.request, new Set(hidden)));
  const notes = [
    ...resolved.notes.filter(({ param }) => hidden.length === 0 || own.has(param)),
    ...sent.notes,
  ];
  const seesConnections = maySeeConnections(actor);
  return {
    connection: seesConnections ? { uid: connection.uid, name: connection.name } : null,
    provider: connection.provider,
    isUsable: connection.enabled && placement.missingSince === null,
    url: seesConnections ? sent.url : null,
    ...(seesConnections && mayReadBase(view)
      ? { body: sent.body, notes }
      : withoutUpstreamId({ body: sent.body, notes }, placement.upstreamId, call.entry.id)),
    ...shown,
  };
}

/** Without a connection's name, the name that it uses would tell which base answers. */
function mayReadBase({ actor, call, walk }: View): boolean {
  const base = walk.base;
  return base !== undefined && call.snapshot.decide(actor.principal, "read", base).allowed;
}

/** Body and notes of what is left when these params, by setting name, are not shown. */
function withoutParams(request: ProviderChatRequest, hidden: ReadonlySet<string>): ProviderChatRequest {
  if (hidden.size === 0) return request;
  const { custom_params: custom = {}, ...params } = request.params;
  const keptCustom = Object.entries(custom).filter(([key]) => !hidden.has(`custom_params.${key}`));
  const kept: ModelParams = Object.fromEntries(Object.entries(params).filter(([name]) => !hidden.has(name)));
  return {
    ...request,
    params: {
      ...kept,
      ...(keptCustom.length > 0 && { custom_params: Object.fromEntries(keptCustom) }),
    },
    messages: hidden.has("system")
      ? request.messages.filter(({ role }) => role !== "system")
      : request.messages,
  };
}

function withoutUpstreamId(
  sent: { readonly body: JsonObject; readonly notes: readonly ParamNote[] },
  upstreamId: string,
  shown: string,
): { readonly body: JsonObject; readonly notes: ParamNote[] } {
  const { body, notes } = sent;
  return {
    body: body["model"] === upstreamId ? { ...body, model: shown } : body,
    notes: notes.map((note) => ({ ...note, reason: note.reason.replaceAll(upstreamId, () => shown) })),
  };
}
