import { parseEnv } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { readRepositoryFile } from "./repository-file.ts";

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()),
  pids_limit: z.number(),
  ulimits: z.object({ nofile: z.number() }),
  mem_limit: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  environment: z.record(z.string(), z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  privileged: z.never().optional(),
  network_mode: z.never().optional(),
});

const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

/** `docker/compose.yaml` as Compose reads it with these variables. @throws where a required variable is missing. */
export function readCompose(variables: Readonly<Record<string, string>>): z.output<typeof composeSchema> {
  const interpolateTexts = (_: unknown, value: unknown) =>
    typeof value === "string" ? interpolate(value, variables) : value;
  const text = readRepositoryFile("docker/compose.yaml");
  return composeSchema.parse(parse(text, interpolateTexts, { merge: true }));
}

/** What `docker/.env.example` sets. */
export function readExampleVariables(): Readonly<Record<string, string>> {
  const variables = parseEnv(readRepositoryFile("docker/.env.example"));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? ""]));
}

/** `${NAME:-default}` and `${NAME:?message}`, the two forms that the file uses. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+):([-?][^}]*)\}/gu, (_, name: string, rest: string) => {
    const value = variables[name] ?? "";
    if (value === "" && rest.startsWith("?")) throw new Error(`${name}: ${rest.slice(1)}`);
    return value === "" ? rest.slice(1) : value;
  });
}
