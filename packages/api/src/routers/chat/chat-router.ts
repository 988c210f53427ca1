import { router } from "../../trpc.ts";
import { completeChat } from "./complete-chat.ts";
import { streamChat } from "./stream-chat.ts";

export const chatRouter = router({ complete: completeChat, stream: streamChat });
