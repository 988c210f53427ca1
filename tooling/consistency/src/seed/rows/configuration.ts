import {
  conformance,
  inFile,
  introduction,
  rest,
  seed,
  settled,
  shown,
  type PromisedTest,
  type SeedRow,
} from "../seed-proof.ts";

const journey = inFile("apps/server/test/journey.test.ts");
const schemas = inFile("packages/core/src/model/model-schemas.test.ts");
const overOllama = journey(
  "from an empty server to a streamed answer > a custom model over Ollama streams and answers whole…",
);
const overOpenAI = journey(
  "from an empty server to a streamed answer > an OpenAI connection keeps everything of the dialect but id and model",
);
const named = seed("who may read and write > read by name: reads, does not write");
const everyParam = param("%s");
const givenBack = seed("the form of a model > is stored and given back, field by field");

function param(name: string): PromisedTest {
  return seed(
    `a param > ${name} is taken in its type, refused in another, and each provider is told it by its own name`,
  );
}

/** A field of the form: kept in its own type, refused in another. */
const field = (name: string) =>
  shown(givenBack, seed(`the form of a model > is refused with a wrong ${name}: %j`));

/** The introduction, and "Model Configuration". */
export const configurationRows: readonly SeedRow[] = [
  [17, "comprehensive functionality for configuring, listing, and managing", introduction],
  [18, "retrieve available models, configure model parameters", shown(overOllama)],
  [19, "dedicated routers for Ollama and OpenAI", shown(overOllama, overOpenAI)],
  [
    20,
    "custom model configurations, sharing models between users, and switching",
    shown(
      overOllama,
      named,
      seed("changing models > moves a model to another provider by its base, and keeps everything else"),
    ),
  ],
  [
    21,
    "detailed information about model formats, parameter schemas",
    shown(
      rest("the lists > of base models, tags and params answer as documented"),
      inFile("apps/server/test/procedures/resolved-models.test.ts")(
        "models.params > lists every param with type, range, group, and what becomes of it at each kind of provider",
      ),
      inFile("apps/server/test/procedures/models.test.ts")(
        "base models > models.get knows a base by any spelling of its name, with what the provider says of it",
      ),
    ),
  ],
  [
    22,
    "utilized in chat requests to maintain consistent behavior",
    settled(
      2,
      "of the metadata, the capabilities `vision`, `tools` and `usage` count in a call, and nothing else changes it",
      givenBack,
      inFile("packages/core/src/chat/resolve-chat-request.test.ts")("capabilities > refuse %s"),
    ),
  ],
  [25, "robust configuration capabilities", shown(everyParam)],
  [
    26,
    "a container for all configurable parameters",
    shown(everyParam, schemas("params > refuse what they do not know")),
  ],
  [27, "Key configuration parameters include", introduction],
  [28, "Temperature", shown(param("temperature"))],
  [29, "Top_p", shown(param("top_p"))],
  [30, "Max_tokens", shown(param("max_tokens"))],
  [31, "Frequency_penalty", shown(param("frequency_penalty"))],
  [32, "Presence_penalty", shown(param("presence_penalty"))],
  [33, "Seed", shown(param("seed"))],
  [
    34,
    "standard parameters and custom parameters",
    shown(
      param("custom_params"),
      conformance(
        "13: params have the names and places that the provider knows, and are typed when they are saved",
      ),
    ),
  ],
  [35, "validated according to their expected data types", shown(everyParam, schemas("params > refuse %j"))],
  [36, "dict custom_params", shown(param("custom_params"))],
  [37, "float temperature", shown(param("temperature"))],
  [38, "float top_p", shown(param("top_p"))],
  [39, "int max_tokens", shown(param("max_tokens"))],
  [40, "float frequency_penalty", shown(param("frequency_penalty"))],
  [41, "float presence_penalty", shown(param("presence_penalty"))],
  [
    42,
    "str seed",
    settled(
      3,
      "a whole number; a text of digits is taken, and kept as the number that it says",
      param("seed"),
      schemas("params > keep a seed written as text as the number it is"),
    ),
  ],
  [43, "list stop", shown(param("stop"))],
  [44, "dict response_format", shown(param("response_format"))],
  [45, "str id", field("id")],
  [46, "str base_model_id", field("base_model_id")],
  [47, "str name", field("name")],
  [48, "ModelParams params", field("params")],
  [49, "ModelMeta meta", field("meta")],
  [50, "dict access_control", field("access_control")],
  [51, "bool is_active", field("is_active")],
  [52, "str profile_image_url", field("profile_image_url")],
  [53, "str description", field("description")],
  [54, "dict capabilities", field("capabilities")],
  [55, "ModelForm --> ModelParams", shown(givenBack)],
  [56, "ModelForm --> ModelMeta", shown(givenBack)],
];
