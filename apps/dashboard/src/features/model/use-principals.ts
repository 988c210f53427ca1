import { useQuery, useQueryClient } from "@tanstack/react-query";

import { m } from "../../lib/messages.ts";
import { useSignedIn } from "../../shell/session.ts";
import { useTRPC, useTRPCClient } from "../../trpc.ts";
import type { Option, SearchOptions } from "../../ui/use-options.ts";

export type Principals = {
  search: SearchOptions;
  /** What stands for someone in the field; a name once it is known. */
  toOption: (kind: "group" | "user", id: string) => Option;
};

const shown = 20;
const namesToKnow = 100;

/** Groups and people to share with: all for administrators, one's own groups for members. */
export function usePrincipals(): Principals {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const session = useSignedIn();
  const maySeeUsers = session.rights.has("users.read");
  const groups = useQuery(trpc.groups.list.queryOptions());
  const usersOptions = trpc.users.list.queryOptions({ limit: namesToKnow });
  const users = useQuery({ ...usersOptions, enabled: maySeeUsers });

  const names = new Map([
    ...(groups.data?.groups ?? []).map((group) => [`group:${group.id}`, group.name] as const),
    ...(users.data?.users ?? []).map((user) => [`user:${user.id}`, user.name] as const),
    [`user:${session.id}`, session.name] as const,
  ]);
  const findUsers = async (query: string, signal: AbortSignal) => {
    if (!maySeeUsers) return [];
    const search = query.trim().slice(0, 128);
    const input = { limit: shown, ...(search !== "" && { search }) };
    return (await client.users.list.query(input, { signal })).users;
  };
  return {
    toOption: (kind, id) => ({
      value: `${kind}:${id}`,
      label:
        names.get(`${kind}:${id}`) ?? (kind === "group" ? m.access.unknownGroup() : m.access.unknownUser()),
    }),
    search: async (query, signal) => {
      const [known, people] = await Promise.all([
        queries.ensureQueryData(trpc.groups.list.queryOptions()),
        findUsers(query, signal),
      ]);
      const wanted = query.trim().toLowerCase();
      const matching = known.groups.filter((group) => group.name.toLowerCase().includes(wanted));
      return [
        ...matching.map(({ id, name }) => ({ value: `group:${id}`, label: name, detail: m.access.group() })),
        ...people.map(({ id, name, email }) => ({ value: `user:${id}`, label: name, detail: email })),
      ];
    },
  };
}
