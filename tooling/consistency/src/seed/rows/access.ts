import { inFile, introduction, seed, settled, shown, type SeedRow } from "../seed-proof.ts";

const who = (may: string) => seed(`who may read and write > ${may}`);
const everyPath = who("%s");
const forAll = who("null: everybody reads, nobody but the owner writes");
const owner = who("the owner has both");
const ownerOnly = who("{}: nobody but the owner");
const readByName = who("read by name: reads, does not write");
const readByGroup = who("read by group: reads, does not write");
const writeByName = who("write by name: both");
const writeByGroup = who("write by group: both");
const neither = who("named in neither: denied");
const table = inFile("packages/access-control/src/decide-access.test.ts")(
  "the table of rights > decides %s, %s, %s",
);
const views = shown(
  seed("GET /models/list > shows what the caller made"),
  seed("GET /models/list > shows what others share with the caller"),
);
const denied = settled(2, "404, exactly as what does not exist", neither, ownerOnly);

/** "Access Control and Sharing". */
export const accessRows: readonly SeedRow[] = [
  [189, "governs model visibility and modification rights", shown(everyPath, table)],
  [190, "fine-grained control over who can access and modify", shown(everyPath, table)],
  [191, "supports three access levels", introduction],
  [
    192,
    "Public access",
    shown(
      forAll,
      inFile("apps/server/test/bad-requests.test.ts")(
        "a caller > [AC-12] who waits for approval is a 403 at %s",
      ),
    ),
  ],
  [
    193,
    "Private access",
    settled(2, "the owner, and administrators while their bypass is on", ownerOnly, owner, table),
  ],
  [194, "Custom permissions", shown(readByName, readByGroup, writeByName, writeByGroup)],
  [195, "structure follows this format", introduction],
  [196, "group_ids", shown(who("takes the seed's structure, and gives it back"))],
  [197, "shared between users through the following mechanisms", introduction],
  [198, "Direct user sharing", shown(readByName, writeByName)],
  [199, "Group sharing", shown(readByGroup, writeByGroup)],
  [200, "Public sharing", shown(forAll)],
  [201, '"view_option" parameter in the list endpoint', views],
  [202, "access_control null?", shown(forAll, neither)],
  [203, "Public: All users can read", shown(forAll)],
  [204, "user_id matches owner?", shown(owner, ownerOnly)],
  [205, "Owner: Full access", shown(owner)],
  [206, "Check read permissions", shown(readByName, readByGroup)],
  [207, "Has read access?", shown(readByName, neither)],
  [208, "Read access granted", shown(readByName, readByGroup)],
  [209, "Check write permissions", shown(writeByName, writeByGroup)],
  [210, "Has write access?", shown(writeByName, neither)],
  [211, "Write access granted", shown(writeByName, writeByGroup)],
  [212, "Access denied", denied],
  [213, "PublicAccess --> End", shown(forAll)],
  [214, "OwnerAccess --> End", shown(owner)],
  [215, "ReadAccess --> End", shown(readByName)],
  [216, "WriteAccess --> End", shown(writeByName)],
  [217, "NoAccess --> End", denied],
];
