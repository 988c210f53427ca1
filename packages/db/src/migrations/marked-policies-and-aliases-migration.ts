import { Migration } from "@mikro-orm/migrations";

/** Lets documents own discovery policies and aliases too. */
export class MarkedPoliciesAndAliasesMigration extends Migration {
  override up(): void {
    this.addSql(`
alter table owner_marks drop constraint owner_marks_kind_check;
alter table owner_marks add constraint owner_marks_kind_check check (target_kind in
  ('settings', 'group', 'connection', 'policy', 'model', 'alias'));
`);
  }
}
