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

const list = (does: string) => seed(`GET /models/list > ${does}`);
const oneList = list(
  "is one list of what all providers have and what was made of it, each row by the same fields",
);
const refreshed = list(
  "?refresh=true asks the providers in parallel, merges what they say, and shows each caller their part",
);
const byAge = inFile("apps/server/test/discovery/refresher.test.ts")(
  "a listing > repeats by itself, and sooner after a failure",
);
const basesAndTags = list(
  "its base models are those of the providers that the caller may read, its tags those of what they see",
);
const inBackground = settled(
  4,
  "the list comes from memory and waits for nobody; the providers are asked in the background, in parallel, and before the answer with `refresh=true`",
  refreshed,
  byAge,
);

/** "Model Listing". */
export const listingRows: readonly SeedRow[] = [
  [61, "available models from various sources", shown(oneList, basesAndTags)],
  [62, "aggregates models from multiple backends", shown(oneList)],
  [
    63,
    "`/models/list` route, which returns a paginated list",
    shown(list("has pages of the size that is asked for"), list("counts all that match, beside the page")),
  ],
  [64, "various filtering options", introduction],
  [65, "Query filtering", shown(list("searches by name"), list("searches by id"))],
  [
    66,
    "View options",
    shown(list("shows what the caller made"), list("shows what others share with the caller")),
  ],
  [
    67,
    "Tag filtering",
    shown(
      list("filters by tag"),
      conformance(
        "4: the list has pages of 30 that hold together, a right total, literal queries and exact tags",
      ),
    ),
  ],
  [
    68,
    "Sorting",
    shown(
      list("sorts by name"),
      list("sorts by name, backwards"),
      list("sorts by creation"),
      list("sorts by creation, backwards"),
      list("sorts by update"),
    ),
  ],
  [
    69,
    "Pagination",
    shown(
      list("has pages of the size that is asked for"),
      rest("the lists > count all that match, whatever the page, and clamp pages below one"),
    ),
  ],
  [70, "specialized endpoints for retrieving base models and model tags", shown(basesAndTags)],
  [71, "the tag endpoint returns all available tags across accessible models", shown(basesAndTags)],
  [72, "GET /models/list?page=1&limit=30", shown(refreshed)],
  [73, "GET /api/tags (parallel)", inBackground],
  [74, "GET /models (parallel)", inBackground],
  [75, "Return Ollama models", shown(oneList, refreshed)],
  [76, "Return OpenAI models", shown(oneList, refreshed)],
  [77, "Merge and filter results", shown(oneList, refreshed, list("searches by name"))],
  [
    78,
    "Apply access control",
    shown(
      refreshed,
      conformance(
        "5: /api/models shows a member what is theirs to read, hidden ones too, and nothing inactive",
      ),
    ),
  ],
  [79, "Return unified model list", shown(oneList, refreshed)],
];
