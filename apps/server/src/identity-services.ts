import {
  createGroupService,
  createKeyService,
  createSettingsService,
  createUserService,
  type Catalog,
} from "@corral/core";
import type { Identity } from "@corral/identity";
import type { OpenDatabase } from "./open-database.ts";

/** The use cases about people, what they may do, and what they sign in with. */
export function createIdentityServices({
  identity,
  catalog,
  database,
  now,
}: {
  readonly identity: Identity;
  readonly catalog: Catalog;
  readonly database: Pick<OpenDatabase["database"], "unitOfWork" | "settings">;
  readonly now: () => Date;
}) {
  const { accounts, links, passkeys, passwords, secondFactors, sessions } = identity;
  const { unitOfWork, settings } = database;
  return {
    accounts,
    links,
    passkeys,
    passwords,
    secondFactors,
    sessions,
    groups: createGroupService({ catalog, unitOfWork }),
    keys: createKeyService({ accounts, catalog, now }),
    settings: createSettingsService({ catalog, settings }),
    users: createUserService({ catalog, unitOfWork, accounts }),
  };
}
