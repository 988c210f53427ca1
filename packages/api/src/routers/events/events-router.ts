import { router } from "../../trpc.ts";
import { liveEvents } from "./live-events.ts";

export const eventsRouter = router({ live: liveEvents });
