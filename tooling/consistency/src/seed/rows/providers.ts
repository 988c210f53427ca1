import {
  conformance,
  conformanceOfProviders,
  inFile,
  introduction,
  seed,
  shown,
  type SeedRow,
} from "../seed-proof.ts";

const facade = inFile("apps/server/test/ollama-facade.test.ts");
const azure = inFile("apps/server/test/azure.test.ts");
const servers = inFile("apps/server/test/providers/openai-servers.test.ts");
const journey = inFile("apps/server/test/journey.test.ts");
const operations = seed("an Ollama server > is told to pull, create, copy, push and unload by its router");
const several = seed("an Ollama server > is one of several, each with its prefix, tags, type and key");
const oneList = seed(
  "GET /models/list > is one list of what all providers have and what was made of it, each row by the same fields",
);
const overOllama = journey(
  "from an empty server to a streamed answer > a custom model over Ollama streams and answers whole…",
);
const overOpenAI = journey(
  "from an empty server to a streamed answer > an OpenAI connection keeps everything of the dialect but id and model",
);
const ollamaRouter = facade("Ollama's own client > sees what may be called and nothing else, and shows it");
const openaiRouter = facade(
  "the same calls where Open WebUI's clients look for them > /openai/chat/completions, whole and streamed",
);
const ownKeys = conformance(
  "connections > 22: deleting number 0 leaves number 1 its key, its prefix and its routes",
);
const byKey = azure(
  "Azure OpenAI > by key: deployments are models, and are called at their own path with their api-version",
);
const byEntra = azure(
  "Azure OpenAI > [vector 56] by Entra ID: one token for many calls, another one when it is refused",
);
const params = conformance(
  "13: params have the names and places that the provider knows, and are typed when they are saved",
);

/** "External Model Provider Integration". */
export const providersRows: readonly SeedRow[] = [
  [123, "dedicated routers for Ollama and OpenAI", shown(ollamaRouter, openaiRouter)],
  [124, "unified interface for model management", shown(oneList, overOllama, overOpenAI)],
  [125, "extensive functionality for interacting with Ollama instances", introduction],
  [126, "Fetches available models from configured Ollama URLs", shown(oneList, several)],
  [127, "pulling, pushing, creating, and copying models", shown(operations)],
  [128, "unloading models from memory", shown(operations)],
  [129, "multiple Ollama instances with different configurations", shown(several)],
  [
    130,
    "model prefixing, tagging, and connection type identification",
    shown(several, conformanceOfProviders("10: a prefix is taken off once, at the front alone")),
  ],
  [131, "API keys and supports both local and remote", shown(several)],
  [132, "OpenAI services and compatible APIs", introduction],
  [
    133,
    "OpenAI and other OpenAI-compatible services",
    shown(
      oneList,
      servers("a server like %s > [vector 33] is listed with what it says, and known by its list"),
    ),
  ],
  [134, "bearer tokens and Azure AD", shown(ownKeys, byKey, byEntra)],
  [135, "multiple API endpoints with different configurations", shown(ownKeys)],
  [
    136,
    "reasoning models and system role conversion",
    shown(
      conformanceOfProviders(
        "14: reasoning models get their own names for things, foreign hosts the older ones",
      ),
    ),
  ],
  [
    137,
    "configurable headers and authentication types",
    shown(
      byKey,
      byEntra,
      inFile("apps/server/test/secret-references.test.ts")(
        "a reference in a secret's place > is resolved at use, and it alone is stored and shown",
      ),
      servers("a server like %s > [vector 7] answers whole and streamed alike, with usage once"),
    ),
  ],
  [
    138,
    "UI --> API",
    shown(
      inFile("apps/server/test/dashboard-files.test.ts")(
        "a person who opens any page gets the dashboard, a program gets JSON",
      ),
    ),
  ],
  [139, "API --> Ollama", shown(params)],
  [140, "API --> OpenAI", shown(params)],
  [
    141,
    "API --> AzureOpenAI",
    shown(
      conformanceOfProviders(
        "15: Azure is called by its deployments, with its key and its version, and told only what that knows",
      ),
    ),
  ],
];
