import type { Group } from "../identity/user.ts";
import type { PrincipalNames } from "./document-access.ts";
import type { GroupItem } from "./document-schema.ts";

export function toGroupItem(names: PrincipalNames, { name, description, memberIds }: Group): GroupItem {
  return { name, description, members: memberIds.map(names.ofUser).toSorted() };
}

/** Members in one order and spelling. */
export function toCanonicalGroupItem(
  names: PrincipalNames,
  { name, description, members }: GroupItem,
): GroupItem {
  return {
    name,
    ...(description !== undefined && { description }),
    ...(members !== undefined && {
      members: [...new Set(members.map((member) => names.ofUser(names.toUserId(member))))].toSorted(),
    }),
  };
}
