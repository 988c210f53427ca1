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
    const read: unknown = await response.json();
    const detail = typeof read === "object" && read !== null && "detail" in read ? read.detail : undefined;
    return { status: response.status, body: read, detail: typeof detail === "string" ? detail : undefined };
  };
  const api = (method: string, path: string, body?: unknown) => call(method, `/api/v1${path}`, body);
  const id = (name: string) => encodeURIComponent(name);

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
    getBackendConfig: () => call("GET", "/api/config"),
    getVersion: () => call("GET", "/api/version"),

    // configs
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

export type StockClient = ReturnType<typeof createStockClient>;
