import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DomainError, invalidField, limits, type YamlText } from "@corral/core";
import { readYaml, writeYaml, YamlRefusal, type YamlBounds } from "./read-yaml.ts";

/** What a thread is asked, and what it answers. */
export type YamlTask =
  | { readonly kind: "read"; readonly text: string; readonly bounds: YamlBounds }
  | { readonly kind: "write"; readonly json: string };
export type YamlAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** What a thread may take. */
type Allowance = { readonly ms: number; readonly mebibytes: number };

const bounds: YamlBounds = { depth: limits.jsonDepth, aliases: 100 };

/**
 * Reads and writes YAML. A long text takes seconds, in which nobody else would be answered, so it has a thread of its
 * own, with bounds on its memory and time; one after the other.
 */
export function createYamlText({
  ms = limits.yamlMs,
  mebibytes = limits.yamlWorkerMebibytes,
}: Partial<Allowance> = {}): YamlText {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    async parse(text) {
      if (text.length > limits.yamlInlineBytes)
        return inTurn(() => runApart({ kind: "read", text, bounds }, { ms, mebibytes }));
      return readYaml(text, bounds).catch((error: unknown) => {
        throw error instanceof YamlRefusal ? refusal(error.message) : error;
      });
    },
    async stringify(value) {
      const json = JSON.stringify(value);
      if (json.length <= limits.yamlInlineBytes) return writeYaml(value);
      // safe: what is written is text
      return (await inTurn(() => runApart({ kind: "write", json }, { ms, mebibytes }))) as string;
    },
  };
}

async function runApart(task: YamlTask, { ms, mebibytes }: Allowance): Promise<unknown> {
  const worker = new Worker(new URL("./yaml-worker.ts", import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: mebibytes },
  });
  try {
    const signal = AbortSignal.timeout(ms);
    // safe: the worker's own answer
    const [answer] = (await once(worker, "message", { signal })) as [YamlAnswer];
    if (answer.ok) return answer.value;
    throw refusal(answer.problem);
  } catch (error) {
    if (isExhausted(error)) throw tooCostly();
    throw error;
  } finally {
    await worker.terminate();
  }
}

/** Out of time or memory. */
function isExhausted(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "AbortError" || ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY");
}

function tooCostly(): DomainError {
  return new DomainError("payload_too_large", "This YAML takes too long to read or write; use JSON instead.");
}

function refusal(problem: string): DomainError {
  return invalidField(["text"], `The YAML cannot be read: ${problem}.`);
}
