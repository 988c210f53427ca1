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

const givenBack = seed("the form of a model > is stored and given back, field by field");
const withDefaults = rest(
  "a model made by REST > comes back with its defaults filled and its times in seconds",
);
const records = inFile("packages/db/src/repositories/model-repository.test.ts");
const groups = inFile("packages/db/src/groups.test.ts");
const oneWinner = inFile("apps/server/test/procedures/aliases.test.ts")(
  "one name > [vector 37] wanted by fifty at once, in any spelling, goes to exactly one; twenty rounds",
);
const created = conformance(
  "1: a new model has its defaults; a taken id is 401, one that is too long and a missing field 400",
);
const length = seed("the form of a model > takes an id of 256 characters, and none of 257 or of nothing");
const existing = records(
  "storing > refuses bases and principals that do not exist, and leaves nothing behind",
);
const deletedWith = groups(
  "takes the rights of a deleted %s away, and gives none to one that is made again with its id",
);
const picture = inFile("apps/server/test/model-images.test.ts")(
  "the picture of a model > [XSS-1] comes from its own address with its bytes, to whoever may read the model, and is not sent twice",
);
const stock = inFile("apps/server/test/rest/stock-clients.test.ts");
const accounts = inFile("apps/server/test/procedures/people.test.ts")(
  "users > users.create makes an account that can sign in, once per address",
);
const param = (name: string) =>
  seed(
    `a param > ${name} is taken in its type, refused in another, and each provider is told it by its own name`,
  );
const opaque = settled(2, "kept and given back; nothing is run by them", givenBack);

/** "Model Metadata and Parameters". */
export const metadataRows: readonly SeedRow[] = [
  [146, "structured approach to model metadata and parameters", shown(givenBack)],
  [147, "distinct components", shown(givenBack, picture)],
  [148, "defined by the ModelMeta class", introduction],
  [149, "URL or data URI for the model's profile image", shown(givenBack, picture)],
  [150, "User-facing description", shown(givenBack)],
  [
    151,
    "model-specific capabilities",
    shown(
      givenBack,
      conformance("6: what is said of a base name holds for its tags, an exact override wins"),
    ),
  ],
  [152, "tags for categorization and filtering", shown(givenBack, seed("GET /models/list > filters by tag"))],
  [153, "actionIds", opaque],
  [154, "filterIds", opaque],
  [155, 'custom fields through the "extra" attribute', shown(givenBack)],
  [156, "both standard and provider-specific parameters", introduction],
  [157, "Standard parameters", shown(param("%s"))],
  [
    158,
    "Ollama's num_ctx, num_batch",
    shown(
      seed("a param > of Ollama alone is sent to Ollama and to nobody else"),
      conformance("13: every option of Ollama's is an option, by its own name and in its own type"),
    ),
  ],
  [159, "Arbitrary key-value pairs", shown(param("custom_params"))],
  [160, "max_tokens to Ollama's num_predict", shown(param("max_tokens"))],
  [161, "enforces several validation rules", introduction],
  [162, "unique and ≤ 256 characters", shown(created, length, oneWinner)],
  [163, "Required fields must be present", shown(seed("the form of a model > is refused without %s"))],
  [164, "must match expected data types", shown(param("%s"))],
  [
    165,
    "must follow the defined schema",
    shown(
      seed("the form of a model > is refused with a wrong access_control: %j"),
      inFile("packages/access-control/src/access-control-wire.test.ts")("garbage > is refused: %j"),
    ),
  ],
  [
    166,
    "MODEL: string id PK",
    settled(
      1,
      "the key is a `uid` that is never used again; the id is unique among all names",
      oneWinner,
      created,
    ),
  ],
  [167, "MODEL: string user_id FK", shown(deletedWith, existing)],
  [
    168,
    "MODEL: string base_model_id FK",
    shown(existing, records("bases > keeps a preset whose base record has vanished, with the name it had")),
  ],
  [169, "MODEL: string name", shown(withDefaults)],
  [170, "MODEL: json params", shown(withDefaults, givenBack)],
  [171, "MODEL: json meta", shown(withDefaults, givenBack)],
  [
    172,
    "MODEL: json access_control",
    settled(2, "this JSON on the wire; rows with foreign keys in the database", givenBack, deletedWith),
  ],
  [173, "MODEL: boolean is_active", shown(withDefaults, givenBack)],
  [174, "MODEL: integer updated_at", shown(withDefaults, givenBack)],
  [175, "MODEL: integer created_at", shown(withDefaults, givenBack)],
  [176, "USER: string id PK", shown(accounts)],
  [
    177,
    "USER: string email",
    shown(
      accounts,
      inFile("packages/db/src/users.test.ts")("holds one account an e-mail address, however it is written"),
    ),
  ],
  [178, "USER: string name", shown(stock("as %s > getUserById is answered as its client reads it"))],
  [179, "USER: string role", shown(stock("as %s > updateUserRole is answered as its client reads it"))],
  [180, "GROUP: string id PK", shown(groups("stores a group with its members, and replaces them"))],
  [181, "GROUP: string name", shown(groups("refuses a name that another group has, in any case"))],
  [182, "owned by", shown(withDefaults, deletedWith)],
  [
    183,
    "shared with",
    shown(seed("who may read and write > read by group: reads, does not write"), deletedWith),
  ],
];
