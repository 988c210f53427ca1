import { Migration } from "@mikro-orm/migrations";

/** Lets a connection be one to Azure OpenAI. */
export class AzureOpenAIMigration extends Migration {
  override up(): void {
    this.addSql(`
alter table connections drop constraint connections_provider_check;
alter table connections add constraint connections_provider_check check (provider in
  ('ollama', 'openai', 'azure-openai'));
`);
  }
}
