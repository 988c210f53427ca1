import { request } from "undici";
import { z } from "zod";

const versionSchema = z.object({ version: z.string() });
const probeMs = 1_000;

/** Where a local Ollama listens unless told otherwise. */
export const localOllamaUrl = "http://127.0.0.1:11434";

/** The version of the Ollama at `url`; `undefined` when none answers. */
export async function probeOllama(url: string): Promise<string | undefined> {
  try {
    const { statusCode, body } = await request(`${url}/api/version`, {
      signal: AbortSignal.timeout(probeMs),
    });
    const text = await body.text();
    return statusCode === 200 ? versionSchema.safeParse(JSON.parse(text)).data?.version : undefined;
  } catch {
    return undefined;
  }
}
