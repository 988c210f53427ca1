import { router } from "../../trpc.ts";
import { listDiscoveryEvents } from "./list-discovery-events.ts";

export const discoveryRouter = router({ events: listDiscoveryEvents });
