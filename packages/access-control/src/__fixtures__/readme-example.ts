import { accessControlCodec, decideAccess, type Principal } from "@corral/access-control";

const access = accessControlCodec.parse({ read: { group_ids: ["support"] } });
const model = { kind: "custom", ownerId: "grace", access } as const;
const ada: Principal = {
  userId: "ada",
  role: "user",
  status: "active",
  groupIds: new Set(["support"]),
  bypass: false,
};

export const reading = decideAccess(ada, "read", model); // { allowed: true, reason: "group_grant", groupId: "support" }
export const writing = decideAccess(ada, "write", model); // { allowed: false, reason: "no_grant" }
