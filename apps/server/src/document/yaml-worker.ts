import { parentPort, workerData } from "node:worker_threads";
import { readYaml, writeYaml, YamlRefusal } from "./read-yaml.ts";
import type { YamlAnswer, YamlTask } from "./yaml-text.ts";

// safe: our own, see yaml-text.ts
const task = workerData as YamlTask;

parentPort?.postMessage(await run());

async function run(): Promise<YamlAnswer> {
  try {
    const value =
      task.kind === "read" ? await readYaml(task.text, task.bounds) : await writeYaml(JSON.parse(task.json));
    return { ok: true, value };
  } catch (error) {
    if (error instanceof YamlRefusal) return { ok: false, problem: error.message };
    throw error;
  }
}
