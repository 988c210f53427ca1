import { DomainError, type CallOptions, type JsonObject, type JsonValue } from "@corral/core";
import {
  asArray,
  asCount,
  asObject,
  asText,
  toUpstreamError,
  type UpstreamEndpoint,
} from "@corral/provider-kit";

/** Where a model stands on a server that loads and unloads them. `unknown` is a state that a later version may have. */
export const routedModelStates = [
  "unloaded",
  "downloading",
  "loading",
  "loaded",
  "sleeping",
  "unknown",
] as const;
export type RoutedModelState = (typeof routedModelStates)[number];

export type RoutedModel = {
  readonly id: string;
  readonly state: RoutedModelState;
  /** The last attempt to load it failed. */
  readonly hasFailed: boolean;
  /** Of the process that served it, when it failed. */
  readonly exitCode?: number;
};

/** The models of a llama.cpp server that was started with a folder of them. */
export interface ModelRouter {
  listStates(options: CallOptions): Promise<readonly RoutedModel[]>;
  /** @throws DomainError `upstream_not_found` when the server has no such model. */
  getState(id: string, options: CallOptions): Promise<RoutedModel>;
  /** Resolves when the server has begun; `getState` tells when it is `loaded`. */
  load(id: string, options: CallOptions): Promise<void>;
  unload(id: string, options: CallOptions): Promise<void>;
}

export function createModelRouter(root: UpstreamEndpoint): ModelRouter {
  async function listStates({ signal }: CallOptions): Promise<readonly RoutedModel[]> {
    const answer = await root.json({ path: "/models", pace: "list", signal });
    return asArray(asObject(answer)?.["data"]).flatMap(toRoutedModel);
  }

  async function order(path: string, id: string, { signal }: CallOptions): Promise<void> {
    const answer = await root.json({ path, body: { model: id }, pace: "call", signal });
    if (asObject(answer)?.["success"] !== true)
      throw toUpstreamError({ body: { json: answer }, secrets: root.secrets });
  }

  return {
    listStates,
    async getState(id, options) {
      const found = (await listStates(options)).find((model) => model.id === id);
      if (found !== undefined) return found;
      throw new DomainError("upstream_not_found", "The provider does not know this model.", {
        details: { upstreamClass: "model_not_found" },
      });
    },
    load: (id, options) => order("/models/load", id, options),
    unload: (id, options) => order("/models/unload", id, options),
  };
}

/** The server also says how it starts a model, with its own paths: that is nobody's business. */
function toRoutedModel(entry: JsonValue): RoutedModel[] {
  const model: JsonObject | undefined = asObject(entry);
  const id = asText(model?.["id"]);
  const status = asObject(model?.["status"]);
  if (id === undefined) return [];
  const state = routedModelStates.find((known) => known === status?.["value"]) ?? "unknown";
  const exitCode = asCount(status?.["exit_code"]);
  return [
    {
      id,
      state,
      hasFailed: status?.["failed"] === true,
      ...(exitCode !== undefined && { exitCode }),
    },
  ];
}
