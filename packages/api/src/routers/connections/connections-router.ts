import { router } from "../../trpc.ts";
import { createConnection } from "./create-connection.ts";
import { deleteConnection } from "./delete-connection.ts";
import { listArchivedConnections } from "./list-archived-connections.ts";
import { listConnectionCircuits } from "./list-connection-circuits.ts";
import { listConnectionHealth } from "./list-connection-health.ts";
import { listConnections } from "./list-connections.ts";
import { refreshConnection } from "./refresh-connection.ts";
import { restoreConnection } from "./restore-connection.ts";
import { updateConnection } from "./update-connection.ts";
import { verifyConnection } from "./verify-connection.ts";

export const connectionsRouter = router({
  list: listConnections,
  create: createConnection,
  update: updateConnection,
  delete: deleteConnection,
  listArchived: listArchivedConnections,
  restore: restoreConnection,
  verify: verifyConnection,
  health: listConnectionHealth,
  circuits: listConnectionCircuits,
  refresh: refreshConnection,
});
