import { permissions, type Permission } from "@corral/access-control";
import {
  ConnectionHealthBoard,
  createGroupService,
  createModelService,
  createOperationService,
  startCatalog,
  writeItems,
  type Actor,
  type Catalog,
  type CatalogFeed,
  type CatalogUser,
  type ItemWrite,
  type OperationReport,
} from "@corral/core";
import type { OpenTestDatabase } from "@corral/db/testing";

/** Which faults a catalog is to suffer. */
export type FeedFaults = { losesNotifications: boolean; ignoresChanges: boolean };

/** The use cases on a real database, over a catalog that can be restarted and made deaf. */
export class RunningCatalog implements AsyncDisposable {
  readonly faults: FeedFaults = { losesNotifications: false, ignoresChanges: false };
  readonly #db: OpenTestDatabase;
  readonly #health = new ConnectionHealthBoard();
  #catalog: Catalog;

  private constructor(db: OpenTestDatabase, catalog: Catalog, faults: FeedFaults) {
    this.#db = db;
    this.#catalog = catalog;
    this.faults = faults;
  }

  static async start(db: OpenTestDatabase): Promise<RunningCatalog> {
    const faults = { losesNotifications: false, ignoresChanges: false };
    return new RunningCatalog(db, await startCatalog(withFaults(db.database.feed, faults)), faults);
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  get health(): ConnectionHealthBoard {
    return this.#health;
  }

  get models() {
    return createModelService(this.#ports());
  }

  get operations() {
    return createOperationService(this.#ports());
  }

  get groups() {
    return createGroupService(this.#ports());
  }

  import(actor: Actor, items: readonly ItemWrite[]): Promise<OperationReport> {
    const author = { actorId: actor.principal.userId, requestId: "model-based", action: "documents.import" };
    const request = { items, kind: "import" as const, strict: false, dryRun: false };
    return writeItems(this.#ports(), { actor, author }, request);
  }

  async restart(): Promise<void> {
    await this.#catalog[Symbol.asyncDispose]();
    this.#catalog = await startCatalog(withFaults(this.#db.database.feed, this.faults));
  }

  /** Whoever is asking, as the catalog sees them now. */
  actorOf({ id, name, email, role }: CatalogUser): Actor {
    const snapshot = this.#catalog.current();
    const principal = snapshot.principalOf(id);
    if (principal === undefined) throw new Error(`The catalog does not know ${name}.`);
    const granted =
      role === "admin" ? permissions : role === "user" ? snapshot.settings.memberPermissions : [];
    return {
      principal,
      permissions: new Set<Permission>(granted),
      name,
      email,
      credential: { kind: "session", sessionId: "s" },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#catalog[Symbol.asyncDispose]();
  }

  #ports() {
    return { catalog: this.#catalog, unitOfWork: this.#db.database.unitOfWork, health: this.#health };
  }
}

/** The feed of a process whose notifications get lost, or that a mistake of ours keeps from seeing changes at all. */
function withFaults(feed: CatalogFeed, faults: FeedFaults): CatalogFeed {
  return {
    load: () => feed.load(),
    async changesSince(revision) {
      const changes = await feed.changesSince(revision);
      if (!faults.ignoresChanges || changes === "reload") return changes;
      return { revision: changes.revision, changes: changes.changes.filter(({ kind }) => kind !== "record") };
    },
    watch: (onHint) =>
      feed.watch(() => {
        if (!faults.losesNotifications) onHint();
      }),
  };
}
