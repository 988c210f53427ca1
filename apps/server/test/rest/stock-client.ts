/*
 * Open WebUI's browser clients, written anew from the description of what they call alone. Nothing of ours is imported
 * here: where this client works, theirs do.
 */

type Row = Record<string, unknown>;

/** What one call came to. Failures are read as the clients do: `detail`, or `error.message` at the providers' routes. */
export type Outcome = {
  readonly status: number;
  readonly body: unknown;
  readonly detail: string | undefined;
  /** `error.message`: all that the clients of `/openai` and `/ollama` show of a failed try. */
  readonly message: string | undefined;
};

/** One signed-in browser. */
export function createStockClient(origin: string, token: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<Outcome> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // an answer that is no JSON ends here, as it does there
    return toOutcome(response.status, await response.json());
  };
  /** What is read as it comes: a raw answer, of which failures are JSON. */
  const stream = async (path: string, body: Row | FormData) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, ...(!isForm && { "content-type": "application/json" }) },
      body: isForm ? body : JSON.stringify(body),
    });
    if (!response.ok) return toOutcome(response.status, await response.json());
    const text = await response.text();
    return toOutcome(response.status, text.split("\n").flatMap(readLine));
  };
  const api = (method: string, path: string, body?: unknown) => call(method, `/api/v1${path}`, body);
  const id = (name: string) => encodeURIComponent(name);
  const at = (index: number | undefined) => (index === undefined ? "" : `/${index}`);
  const ollama = (path: string, payload: Row | FormData) => stream(`/ollama${path}`, payload);

  return {
    // models
    getModelItems: (options: Record<string, string>) =>
      api("GET", `/models/list?${new URLSearchParams(options).toString()}`),
    getModelTags: () => api("GET", "/models/tags"),
    getBaseModelTags: () => api("GET", "/models/base/tags"),
    getBaseModels: (tag?: string) => api("GET", `/models/base${tag === undefined ? "" : `?tag=${id(tag)}`}`),
    importModels: (models: readonly Row[]) => api("POST", "/models/import", { models }),
    createNewModel: (model: Row) => api("POST", "/models/create", model),
    getModelById: (name: string) => api("GET", `/models/model?id=${id(name)}`),
    toggleModelById: (name: string) => api("POST", `/models/model/toggle?id=${id(name)}`),
    updateModelById: (name: string, model: Row) =>
      api("POST", "/models/model/update", { ...model, id: name }),
    updateModelByIdInAddress: (name: string, model: Row) =>
      api("POST", `/models/model/update?id=${id(name)}`, model),
    updateModelAccessGrants: (name: string, title: string, grants: readonly Row[]) =>
      api("POST", "/models/model/access/update", { id: name, name: title, access_grants: grants }),
    deleteModelById: (name: string) => api("POST", "/models/model/delete", { id: name }),
    deleteModelByIdInAddress: (name: string) => api("DELETE", `/models/model/delete?id=${id(name)}`),
    deleteAllModels: () => api("DELETE", "/models/delete/all"),
    exportModels: () => api("GET", "/models/export"),

    // general
    getModels: (base = false, refresh = false) =>
      call("GET", `/api/models${base ? "/base" : ""}${refresh ? "?refresh=true" : ""}`),
    getModelsOfVersion1: () => api("GET", "/models"),
    unloadModel: (model: string) => call("POST", "/api/models/unload", { model }),
    chatCompletion: (body: Row, base = "/api") => stream(`${base}/chat/completions`, body),
    generateOpenAIChatCompletion: (body: Row, base = "/api") =>
      call("POST", `${base}/chat/completions`, body),
    chatCompleted: (body: Row) => call("POST", "/api/chat/completed", body),
    chatAction: (action: string, body: Row) => call("POST", `/api/chat/actions/${id(action)}`, body),
    stopTask: (task: string) => call("POST", `/api/tasks/stop/${id(task)}`),
    stopTasksByChatId: (chat: string) => call("POST", `/api/tasks/chat/${id(chat)}/stop`),
    getTaskIdsByChatId: (chat: string) => call("GET", `/api/tasks/chat/${id(chat)}`),
    getBackendConfig: () => call("GET", "/api/config"),
    getVersion: () => call("GET", "/api/version"),

    // ollama
    verifyOllamaConnection: (connection: { readonly url: string; readonly key?: string }) =>
      call("POST", "/ollama/verify", connection),
    getOllamaConfig: () => call("GET", "/ollama/config"),
    updateOllamaConfig: (config: Row) => call("POST", "/ollama/config/update", config),
    // 0 is falsy there, and adds nothing to the address
    getOllamaVersion: (index?: number) =>
      call("GET", `/ollama/api/version${index === undefined || index === 0 ? "" : at(index)}`),
    getOllamaModels: (index?: number) => call("GET", `/ollama/api/tags${at(index)}`),
    generateEmbeddings: (model: string, text: string) => ollama("/api/embeddings", { model, prompt: text }),
    generateTextCompletion: (model: string, text: string) =>
      ollama("/api/generate", { model, prompt: text, stream: true }),
    generatePrompt: (model: string, conversation: string) =>
      ollama("/api/generate", { model, prompt: `Continue: ${conversation}` }),
    generateChatCompletion: (body: Row) => ollama("/api/chat", body),
    createModel: (payload: Row, index?: number) => ollama(`/api/create${at(index)}`, payload),
    pullModel: (tag: string, index?: number) => ollama(`/api/pull${at(index)}`, { name: tag }),
    deleteModel: (tag: string, index?: number) =>
      call("DELETE", `/ollama/api/delete${at(index)}`, { name: tag }),
    downloadModel: (url: string, index?: number) => ollama(`/models/download${at(index)}`, { url }),
    uploadModel: (file: Blob, index?: number) => {
      const form = new FormData();
      form.append("file", file, "weights.gguf");
      return ollama(`/models/upload${at(index)}`, form);
    },
    getOllamaUrls: () => call("GET", "/ollama/urls"),
    updateOllamaUrls: (urls: readonly string[]) => call("POST", "/ollama/urls/update", { urls }),

    // openai
    getOpenAIConfig: () => call("GET", "/openai/config"),
    updateOpenAIConfig: (config: Row) => call("POST", "/openai/config/update", config),
    // a number counts here, 0 too
    getOpenAIModels: (index?: number) => call("GET", `/openai/models${at(index)}`),
    verifyOpenAIConnection: (connection: {
      readonly url: string;
      readonly key: string;
      readonly config?: Row;
    }) => call("POST", "/openai/verify", connection),
    synthesizeOpenAISpeech: (text: string) =>
      call("POST", "/openai/audio/speech", { model: "tts-1", input: text, voice: "alloy" }),
    getOpenAIUrls: () => call("GET", "/openai/urls"),
    updateOpenAIUrls: (urls: readonly string[]) => call("POST", "/openai/urls/update", { urls }),
    getOpenAIKeys: () => call("GET", "/openai/keys"),
    updateOpenAIKeys: (keys: readonly string[]) => call("POST", "/openai/keys/update", { keys }),

    // configs
    importConfig: (config: unknown) => api("POST", "/configs/import", { config }),
    exportConfig: () => api("GET", "/configs/export"),
    getModelsConfig: () => api("GET", "/configs/models"),
    setModelsConfig: (config: Row) => api("POST", "/configs/models", config),
    getConnectionsConfig: () => api("GET", "/configs/connections"),
    setConnectionsConfig: (config: Row) => api("POST", "/configs/connections", config),

    // groups, for the pickers
    getGroups: () => api("GET", "/groups/"),
    createNewGroup: (group: Row) => api("POST", "/groups/create", group),
    getGroupById: (group: string) => api("GET", `/groups/id/${id(group)}`),
    exportGroup: (group: string) => api("GET", `/groups/id/${id(group)}/export`),
    getGroupUsers: (group: string) => api("POST", `/groups/id/${id(group)}/users`),
    updateGroupById: (group: string, change: Row) => api("POST", `/groups/id/${id(group)}/update`, change),
    addUsersToGroup: (group: string, users: readonly string[]) =>
      api("POST", `/groups/id/${id(group)}/users/add`, { user_ids: users }),
    removeUsersFromGroup: (group: string, users: readonly string[]) =>
      api("POST", `/groups/id/${id(group)}/users/remove`, { user_ids: users }),
    deleteGroupById: (group: string) => api("DELETE", `/groups/id/${id(group)}/delete`),

    // users
    getUsers: (query: string, page: number) => api("GET", `/users/?query=${id(query)}&page=${page}`),
    getAllUsers: () => api("GET", "/users/all"),
    searchUsers: (query: string) => api("GET", `/users/search?query=${id(query)}`),
    getUserGroups: () => api("GET", "/users/groups"),
    getUserPermissions: () => api("GET", "/users/permissions"),
    getUserDefaultPermissions: () => api("GET", "/users/default/permissions"),
    updateUserDefaultPermissions: (tree: Row) => api("POST", "/users/default/permissions", tree),
    updateUserRole: (user: string, role: string) => api("POST", "/users/update/role", { id: user, role }),
    getUserById: (user: string) => api("GET", `/users/${id(user)}`),
    deleteUserById: (user: string) => api("DELETE", `/users/${id(user)}`),

    // accounts
    getSessionUser: () => api("GET", "/auths/"),
    updateUserProfile: (name: string, picture: string) =>
      api("POST", "/auths/update/profile", { name, profile_image_url: picture }),
    updateUserPassword: (password: string, next: string) =>
      api("POST", "/auths/update/password", { password, new_password: next }),
    userSignUp: (name: string, email: string, password: string) =>
      api("POST", "/auths/signup", { name, email, password }),
    userSignOut: () => api("GET", "/auths/signout"),
    userSignIn: (email: string, password: string) => api("POST", "/auths/signin", { email, password }),
    addUser: (name: string, email: string, password: string) =>
      api("POST", "/auths/add", { name, email, password, role: "user" }),
    createAPIKey: () => api("POST", "/auths/api_key"),
    getAPIKey: () => api("GET", "/auths/api_key"),
    deleteAPIKey: () => api("DELETE", "/auths/api_key"),

    /** Calls that are left out, by their address. */
    call,
  };
}

function toOutcome(status: number, body: unknown): Outcome {
  const fieldOf = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null
      ? Object.entries(value).find(([key]) => key === name)?.[1]
      : undefined;
  const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    status,
    body,
    detail: textOf(fieldOf(body, "detail")),
    message: textOf(fieldOf(fieldOf(body, "error"), "message")),
  };
}

/** Lines of JSON, or events whose data is JSON. */
function readLine(line: string): readonly unknown[] {
  const text = line.replace(/^data: /u, "").trim();
  return text === "" || text === "[DONE]" ? [] : [JSON.parse(text)];
}

export type StockClient = ReturnType<typeof createStockClient>;
