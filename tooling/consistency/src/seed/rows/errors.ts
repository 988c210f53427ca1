import {
  conformance,
  inFile,
  introduction,
  rest,
  seed,
  settled,
  shown,
  type SeedRow,
} from "../seed-proof.ts";

const gateway = inFile("apps/server/test/gateway.test.ts");
const early = (fault: string) =>
  gateway(`a provider that fails before its answer > %s > asked for a stream: %s > ${fault}`);
const failing = (kind: string) =>
  seed(`a provider that fails > is 500 with the kind ${kind} and what to do about it`);
const statuses = rest("errors > have the seed's statuses");
const words = rest("errors > say in words what is wrong with %s");
const created = conformance(
  "1: a new model has its defaults; a taken id is 401, one that is too long and a missing field 400",
);
const length = seed("the form of a model > takes an id of 256 characters, and none of 257 or of nothing");
const without = seed("the form of a model > is refused without %s");
const wrongAccess = seed("the form of a model > is refused with a wrong access_control: %j");
const everyParam = seed(
  "a param > %s is taken in its type, refused in another, and each provider is told it by its own name",
);
const reader = conformance("3: a reader may get and not change; write implies read");
const list = (does: string) => seed(`GET /models/list > ${does}`);
const journey = inFile("apps/server/test/journey.test.ts");
const overOllama = journey(
  "from an empty server to a streamed answer > a custom model over Ollama streams and answers whole…",
);
const overOpenAI = journey(
  "from an empty server to a streamed answer > an OpenAI connection keeps everything of the dialect but id and model",
);
const oneList = list(
  "is one list of what all providers have and what was made of it, each row by the same fields",
);
const moved = seed(
  "changing models > moves a model to another provider by its base, and keeps everything else",
);
const byName = seed("who may read and write > read by name: reads, does not write");

/** "Error Handling", and the conclusion. */
export const errorsRows: readonly SeedRow[] = [
  [223, "meaningful feedback for various failure scenarios", introduction],
  [224, "appropriate HTTP status codes and descriptive error messages", shown(statuses, words)],
  [225, "configuration validation fails", introduction],
  [226, "400 Bad Request", shown(created, length, without)],
  [227, "401 Unauthorized", shown(created, statuses)],
  [228, "403 Forbidden", shown(reader, statuses)],
  [229, "The validation system checks for", introduction],
  [230, "Model ID length", shown(length)],
  [231, "Required fields in model configuration", shown(without)],
  [232, "Proper data types for parameter values", shown(everyParam)],
  [233, "Valid access control structures", shown(wrongAccess)],
  [234, "access unavailable models", introduction],
  [
    235,
    "404 Not Found",
    shown(seed("changing models > what is not there is 404: to get, to change, to switch and to delete")),
  ],
  [
    236,
    "500 Internal Server Error",
    settled(
      6,
      "500 on the management routes; calls of models answer in the statuses of their dialect",
      failing("%s"),
      early("%s"),
    ),
  ],
  [
    237,
    "access denied errors rather than indicating the model doesn't exist",
    shown(seed("a deactivated model is 403 to those who could use it, not 404")),
  ],
  [238, "handles various error conditions", introduction],
  [239, "Connection errors", shown(failing("connection"), early("refuses connections"))],
  [240, "Authentication errors", shown(failing("authentication"), early("refuses our key"))],
  [
    241,
    "Rate limiting",
    shown(
      failing("rate_limit"),
      gateway("a provider that fails before its answer > %s > limits the rate: with the time to wait"),
    ),
  ],
  [242, "Service unavailability", shown(failing("unavailable"), early("is overloaded"))],
  [243, "details about the underlying issue", shown(failing("%s"), words)],
  [248, "comprehensive solution", introduction],
  [249, "effectively manage their model ecosystem", introduction],
  [250, "Key features include", introduction],
  [251, "Unified interface for multiple model providers", shown(oneList, overOllama, overOpenAI)],
  [
    252,
    "Comprehensive CRUD operations",
    shown(
      rest("a model made by REST > comes back with its defaults filled and its times in seconds"),
      rest("a model made by REST > keeps what an update leaves out, and forgets what it sets to nothing"),
      rest(
        "a model made by REST > is deleted by POST and by DELETE with a body, and not while others stand on it",
      ),
    ),
  ],
  [253, "both standard and custom parameters", shown(everyParam)],
  [254, "Granular access control", shown(seed("who may read and write > %s"))],
  [255, "Robust error handling and validation", shown(statuses, words, failing("%s"))],
  [
    256,
    "separates concerns",
    shown(
      inFile("tooling/consistency/src/boundaries.test.ts")("package boundaries > refuse that %s imports %s"),
    ),
  ],
  [
    257,
    "extensibility and maintainability",
    shown(
      overOllama,
      overOpenAI,
      inFile("tooling/consistency/src/generators.test.ts")(
        "what pnpm gen wrote > passes the contract, and the rules of the house, once it is written as docs/adding-a-provider.md says",
      ),
    ),
  ],
  [
    258,
    "create custom model configurations, share models with collaborators, and seamlessly switch",
    shown(overOllama, byName, moved),
  ],
];
