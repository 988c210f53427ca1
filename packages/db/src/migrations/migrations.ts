import { AccountsMigration } from "./accounts-migration.ts";
import { AzureOpenAIMigration } from "./azure-openai-migration.ts";
import { AzureSettingsMigration } from "./azure-settings-migration.ts";
import { ConnectionAdapterMigration } from "./connection-adapter-migration.ts";
import { DiscoveryMigration } from "./discovery-migration.ts";
import { InitialMigration } from "./initial-migration.ts";
import { KeyModelsMigration } from "./key-models-migration.ts";
import { LifecyclesMigration } from "./lifecycles-migration.ts";
import { NamesMigration } from "./names-migration.ts";
import { ProcessesMigration } from "./processes-migration.ts";
import { OperationsMigration } from "./operations-migration.ts";
import { RevisionPinsMigration } from "./revision-pins-migration.ts";
import { MarkedPoliciesAndAliasesMigration } from "./marked-policies-and-aliases-migration.ts";
import { OwnerMarksMigration } from "./owner-marks-migration.ts";
import { ScimMigration } from "./scim-migration.ts";
import { SecondFactorsMigration } from "./second-factors-migration.ts";
import { SsoMigration } from "./sso-migration.ts";
import { SecretReferencesMigration } from "./secret-references-migration.ts";

/** In the order in which they run. A merged one is never edited. */
export const migrations = [
  { name: "2026-11-23-initial", class: InitialMigration },
  { name: "2026-11-23-azure-openai", class: AzureOpenAIMigration },
  { name: "2026-11-23-azure-settings", class: AzureSettingsMigration },
  { name: "2026-11-23-key-models", class: KeyModelsMigration },
  { name: "2026-11-23-names", class: NamesMigration },
  { name: "2026-11-23-lifecycles", class: LifecyclesMigration },
  { name: "2026-11-23-discovery", class: DiscoveryMigration },
  { name: "2026-11-23-processes", class: ProcessesMigration },
  { name: "2026-11-23-operations", class: OperationsMigration },
  { name: "2026-11-23-revision-pins", class: RevisionPinsMigration },
  { name: "2026-11-23-connection-adapter", class: ConnectionAdapterMigration },
  { name: "2026-11-23-owner-marks", class: OwnerMarksMigration },
  { name: "2026-11-23-accounts", class: AccountsMigration },
  { name: "2026-11-23-sso", class: SsoMigration },
  { name: "2026-11-23-marked-policies-and-aliases", class: MarkedPoliciesAndAliasesMigration },
  { name: "2026-11-23-secret-references", class: SecretReferencesMigration },
  { name: "2026-11-23-scim", class: ScimMigration },
  { name: "2026-11-23-second-factors", class: SecondFactorsMigration },
] as const;
