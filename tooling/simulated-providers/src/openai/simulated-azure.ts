import type { FaultControl } from "../faults/fault-control.ts";
import type { RequestJournal } from "../journal/request-journal.ts";
import { defaultReply } from "../reply/default-reply.ts";
import type { Pace } from "../reply/pace.ts";
import type { ReplyFunction } from "../reply/reply.ts";
import { startSimulatedServer, type TlsIdentity } from "../server/simulated-server.ts";
import { Slots } from "../server/slots.ts";
import { routeAzure } from "./azure-router.ts";
import {
  type AzureFilters,
  azureProfile,
  type AzureResource,
  type AzureState,
  type SimulatedAzureDeployment,
  type TokenCheck,
} from "./azure-state.ts";
import { toOpenAIDialect } from "./openai-dialect.ts";
import { OpenAIModels } from "./openai-models.ts";

export type SimulatedAzureOptions = {
  /** 0, the default, picks a free one. */
  port?: number;
  tls?: TlsIdentity;
  /** Default: `chat-prod` (gpt-4o), `thinker` (o3-mini), `embed-prod` (text-embedding-3-small). */
  deployments?: SimulatedAzureDeployment[];
  /** Demanded as `api-key`, on the v1 surface also as a bearer token. */
  apiKey?: string;
  /** Judges bearer tokens: see `startSimulatedEntra`. Without this and a key any caller is served. */
  checkToken?: TokenCheck;
  /** Default `sync`. */
  filters?: AzureFilters;
  /** Versions of the classic surface. */
  apiVersions?: string[];
  resource?: AzureResource;
  pageSize?: number;
  /** Default `true`. */
  listsDeployments?: boolean;
  /** Answers at the same time. Default: without end. */
  slots?: number;
  /** How many wait for one. Default 0. */
  maxQueue?: number;
  pace?: Partial<Pace>;
  reply?: ReplyFunction;
  journalLimit?: number;
};

export type SimulatedAzure = AsyncDisposable & {
  /** Origin: `/openai`, projects, and Azure Resource Manager are below it. */
  url: string;
  resource: AzureResource;
  journal: RequestJournal;
  faults: FaultControl;
  setDeployments: (deployments: SimulatedAzureDeployment[]) => void;
  setReply: (reply: ReplyFunction) => void;
  stop: () => Promise<void>;
};

const defaultDeployments: SimulatedAzureDeployment[] = [
  { name: "chat-prod", model: "gpt-4o" },
  { name: "thinker", model: "o3-mini", version: "2025-01-31" },
  { name: "embed-prod", model: "text-embedding-3-small", version: "1", kinds: ["embedding"] },
];

const defaultVersions = [
  "2024-02-01",
  "2024-06-01",
  "2024-08-01-preview",
  "2024-10-21",
  "2024-12-01-preview",
  "2025-04-01-preview",
];

const defaultResource: AzureResource = {
  subscriptionId: "00000000-1111-2222-3333-444444444444",
  resourceGroup: "models",
  account: "simulated",
};

/** Starts a resource of Azure OpenAI, with both of its surfaces, and the manager that knows its deployments. */
export async function startSimulatedAzure(options: SimulatedAzureOptions = {}): Promise<SimulatedAzure> {
  const state: AzureState = {
    openai: {
      profile: azureProfile,
      models: new OpenAIModels([]),
      apiKey: undefined,
      pace: { firstTokenMs: 0, tokenMs: 0, ...options.pace },
      reply: options.reply ?? defaultReply,
      slots: new Slots(options.slots ?? Number.POSITIVE_INFINITY, options.maxQueue ?? 0),
      requestsLeft: 10_000,
    },
    deployments: options.deployments ?? defaultDeployments,
    apiKey: options.apiKey,
    checkToken: options.checkToken,
    filters: options.filters ?? "sync",
    apiVersions: options.apiVersions ?? defaultVersions,
    resource: options.resource ?? defaultResource,
    pageSize: options.pageSize ?? 100,
    listsDeployments: options.listsDeployments ?? true,
    origin: () => server.url,
  };
  const dialect = toOpenAIDialect(azureProfile);
  const server = await startSimulatedServer({
    dialect: { ...dialect, listPaths: ["/openai/models", "/openai/v1/models"], errorBody: toErrorBody },
    handle: (request) => routeAzure(state, request),
    port: options.port,
    tls: options.tls,
    journalLimit: options.journalLimit,
    fastPath: undefined,
  });
  return {
    url: server.url,
    resource: state.resource,
    journal: server.journal,
    faults: server.faults,
    setDeployments: (deployments) => void (state.deployments = deployments),
    setReply: (reply) => void (state.openai.reply = reply),
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}

/** Azure's codes are texts, mostly the status. */
function toErrorBody(status: number, message: string): unknown {
  return { error: { code: String(status), message } };
}
