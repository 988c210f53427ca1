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

const changing = (does: string) => seed(`changing models > ${does}`);
const made = (does: string) => rest(`a model made by REST > ${does}`);
const withDefaults = made("comes back with its defaults filled and its times in seconds");
const patched = made("keeps what an update leaves out, and forgets what it sets to nothing");
const toggled = made("is toggled, and told which way");
const deleted = made("is deleted by POST and by DELETE with a body, and not while others stand on it");
const created = conformance(
  "1: a new model has its defaults; a taken id is 401, one that is too long and a missing field 400",
);
const without = (field: string) => seed(`the form of a model > is refused without ${field}`);
const length = seed("the form of a model > takes an id of 256 characters, and none of 257 or of nothing");
const unknown = changing("what is not there is 404: to get, to change, to switch and to delete");
const reader = conformance("3: a reader may get and not change; write implies read");
const onlySwitched = changing("a toggle changes nothing but whether the model is active");
const flow = changing("looks at the input, then at the rights, then writes: 400, 403, 200 and what was sent");
const steps = shown(flow);
const forbidden = settled(6, "403: 401 says that nobody is signed in, or that a new id is taken", flow);

/** "Model Management". */
export const managementRows: readonly SeedRow[] = [
  [86, "comprehensive CRUD", shown(withDefaults, patched, deleted)],
  [87, "through dedicated endpoints", shown(withDefaults, patched, deleted)],
  [88, "`/models/create` endpoint", shown(created, withDefaults)],
  [89, "users must provide", introduction],
  [90, "unique model ID (limited to 256 characters)", shown(created, length, without("id"))],
  [91, "human-readable name", shown(without("name"))],
  [92, "Parameter configuration", shown(without("params"))],
  [93, "Metadata", shown(without("meta"))],
  [
    94,
    "Access control settings",
    settled(2, "may be absent, which is nobody but the owner", created, withDefaults),
  ],
  [
    95,
    "not already taken before creation",
    shown(
      created,
      inFile("apps/server/test/procedures/aliases.test.ts")(
        "one name > [vector 37] wanted by fifty at once, in any spelling, goes to exactly one; twenty rounds",
      ),
    ),
  ],
  [96, "`/models/model/update` endpoint", shown(patched)],
  [
    97,
    "any aspect of the model configuration, including parameters, metadata, and access controls",
    shown(patched, conformance("2: an update without access leaves it, an explicit null makes public")),
  ],
  [98, "ensure the model exists and the user has appropriate permissions", shown(unknown, reader)],
  [99, "two deletion endpoints", introduction],
  [100, "Deletes a specific model by ID", shown(deleted)],
  [
    101,
    "Deletes all models (admin only)",
    shown(
      changing("all models are deleted by administrators alone"),
      rest(
        "export, import and sync > everything is deleted only by an administrator, and as many as were agreed to",
      ),
    ),
  ],
  [
    102,
    "delete their own models or models where they have write access",
    shown(
      changing(
        "an owner deletes their own; whoever may write somebody else's deletes it too, a reader does not",
      ),
    ),
  ],
  [103, "`/models/model/toggle` endpoint", shown(toggled, onlySwitched)],
  [104, "while preserving their configuration", shown(onlySwitched)],
  [105, "Validate Model ID and Parameters", steps],
  [106, "Input Valid?", steps],
  [107, "Return Validation Error", steps],
  [108, "Check User Permissions", steps],
  [109, "Has Permission?", steps],
  [110, "Return 401 Unauthorized", forbidden],
  [111, "Apply Model Configuration", steps],
  [
    112,
    "Save to Database",
    shown(
      flow,
      inFile("apps/server/test/kill.test.ts")(
        "kill -9 while eight clients write loses nothing that was acknowledged and leaves nothing half done…",
      ),
    ),
  ],
  [113, "Return Success Response", steps],
  [114, "ReturnError --> End", steps],
  [115, "ReturnUnauthorized --> End", forbidden],
  [116, "ReturnSuccess --> End", steps],
];
