import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { z } from "zod";

/** What a measured process is asked over its IPC channel. */
export type Answers = Readonly<Record<string, (argument: unknown) => unknown>>;

const askedSchema = z.object({ id: z.number(), question: z.string(), argument: z.unknown().optional() });

/** Lets the bench ask this process for its CPU time and memory, and ends it with the bench. */
export function answerControl(more: Answers = {}): void {
  const answers: Answers = {
    cpu: () => process.cpuUsage(),
    memory: () => process.memoryUsage(),
    ...profiling(),
    ...more,
  };
  const answer = async (message: unknown): Promise<void> => {
    const { id, question, argument } = askedSchema.parse(message);
    process.send?.({ id, answer: await answers[question]?.(argument) });
  };
  process.on("message", (message) => void answer(message));
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  // The channel alone keeps no process alive.
  process.channel?.unref();
}

function profiling(): Answers {
  const session = new Session();
  return {
    async startProfile() {
      session.connect();
      await session.post("Profiler.enable");
      await session.post("Profiler.start");
    },
    async stopProfile(path) {
      const { profile } = await session.post("Profiler.stop");
      session.disconnect();
      await writeFile(z.string().parse(path), JSON.stringify(profile));
    },
  };
}
