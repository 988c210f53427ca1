/*
 * Every function of Open WebUI's client modules that the reference describes, by its section, and what section 13 adds.
 * The list is closed: a name that no case exercises and that is not among those left out is a failure.
 */

export const stockNames = {
  "12.1": [
    "getModelItems",
    "getModelTags",
    "getBaseModelTags",
    "getBaseModels",
    "importModels",
    "createNewModel",
    "getModelById",
    "toggleModelById",
    "updateModelById",
    "updateModelAccessGrants",
    "deleteModelById",
    "deleteAllModels",
  ],
  "12.2": [
    "getModels",
    "unloadModel",
    "chatCompleted",
    "chatAction",
    "stopTask",
    "stopTasksByChatId",
    "getTaskIdsByChatId",
    "chatCompletion",
    "generateOpenAIChatCompletion",
  ],
  "12.3": [
    "verifyOllamaConnection",
    "getOllamaConfig",
    "updateOllamaConfig",
    "getOllamaVersion",
    "getOllamaModels",
    "generateEmbeddings",
    "generateTextCompletion",
    "generatePrompt",
    "generateChatCompletion",
    "createModel",
    "pullModel",
    "deleteModel",
    "downloadModel",
    "uploadModel",
    "getOllamaUrls",
    "updateOllamaUrls",
  ],
  "12.4": [
    "getOpenAIConfig",
    "updateOpenAIConfig",
    "getOpenAIModels",
    "verifyOpenAIConnection",
    "getOpenAIModelsDirect",
    "synthesizeOpenAISpeech",
    "getOpenAIUrls",
    "updateOpenAIUrls",
    "getOpenAIKeys",
    "updateOpenAIKeys",
  ],
  "12.5": [
    "getModelsConfig",
    "setModelsConfig",
    "getConnectionsConfig",
    "setConnectionsConfig",
    "importConfig",
    "exportConfig",
  ],
  // what is new there beside new fields of the above
  "13": ["responses", "messages", "passthrough"],
} as const;

/** Sent as the older version does and as the newer one does. */
export const inTwoShapes = ["createNewModel", "updateModelById", "deleteModelById"] as const;
