import { limits } from "@corral/core";
import { describe, expect, test } from "vitest";
import { parseEnv } from "../../src/env.ts";
import { readCompose, readExampleVariables } from "./compose-file.ts";
import { createDockerIgnore } from "./docker-ignore.ts";
import { parseDockerfile } from "./parse-dockerfile.ts";
import { readRepositoryFile } from "./repository-file.ts";

const stages = parseDockerfile(readRepositoryFile("docker/Dockerfile"));
const image = stages.at(-1);
const find = (instruction: string) => image?.steps.find((step) => step.instruction === instruction);
const variables = { ...readExampleVariables(), POSTGRES_PASSWORD: "0a1b2c" };
const compose = readCompose(variables);
const { server } = compose.services;
const seconds = (text: string | undefined) => Number(/^(\d+)s$/u.exec(text ?? "")?.[1]);

describe("the Dockerfile", () => {
  test("starts the server as `pnpm start` does", () => {
    const start: string = JSON.parse(readRepositoryFile("package.json")).scripts.start;
    const [, poolSize, command] = /UV_THREADPOOL_SIZE=(\d+) exec (node .*)$/u.exec(start) ?? [];

    expect(find("CMD")?.words.join(" ")).toBe(command);
    expect(find("ENV")?.words).toContain(`UV_THREADPOOL_SIZE=${poolSize}`);
  });

  test("has the Node and the pnpm of the workspace", () => {
    const [, node] = /^nodeVersion: (.*)$/mu.exec(readRepositoryFile("pnpm-workspace.yaml")) ?? [];
    const pnpm = /pnpm@[\d.]+/u.exec(readRepositoryFile(".ci/run"))?.[0];
    const images = stages.map(({ base }) => base).filter((base) => base.includes(":"));

    expect(new Set(images)).toEqual(new Set([`node:${node}-slim`]));
    const mentioned = stages.flatMap(({ steps }) => steps).flatMap(({ text }) => text.match(/pnpm@[\d.]+/gu));
    expect(new Set(mentioned.filter((name) => name !== null))).toEqual(new Set([pnpm]));
  });

  test("installs from the frozen lockfile only", () => {
    const installs = stages
      .flatMap(({ steps }) => steps)
      .filter(({ instruction, text }) => instruction === "RUN" && text.includes(" install "));

    expect(installs).toHaveLength(2);
    for (const { text } of installs) expect(text).toContain("--frozen-lockfile");
  });

  test("runs as somebody who owns nothing but the data volume, and says whether it is ready", () => {
    expect(find("USER")?.text).toBe("node");
    expect(find("RUN")?.text).toContain("chown node:node data");
    expect(find("VOLUME")?.text).toBe("/corral/data");
    expect(find("STOPSIGNAL")?.text).toBe("SIGTERM");
    expect(find("HEALTHCHECK")?.text).toContain("/ready");
  });
});

describe(".dockerignore", () => {
  const isIgnored = createDockerIgnore(readRepositoryFile(".dockerignore"));

  test.each([
    "docker/.env",
    ".env",
    "apps/server/.env",
    ".corral/secret.key",
    "apps/server/.corral/secret.key",
    ".git/config",
    "node_modules/zod/index.js",
    "packages/core/node_modules/zod/index.js",
    "apps/dashboard/dist/index.html",
    "apps/server/test/journey.test.ts",
    "packages/provider-ollama/src/__fixtures__/ollama-scenarios.ts",
    "packages/db/src/users.test.ts",
    "docs/glossary.md",
    "tooling/peers/package.json",
  ])("keeps %s away", (path) => {
    expect(isIgnored(path)).toBe(true);
  });

  test.each([
    "pnpm-lock.yaml",
    "apps/server/src/main.ts",
    "apps/dashboard/public/theme.js",
    "packages/db/src/embedded/index.ts",
    "tooling/tsconfig/node.json",
  ])("lets %s through", (path) => {
    expect(isIgnored(path)).toBe(false);
  });
});

describe("the compose file", () => {
  test("asks for the one password that nobody can make up", () => {
    expect(() => readCompose(readExampleVariables())).toThrow(/POSTGRES_PASSWORD/u);
  });

  test.each(Object.entries(compose.services))("takes from %s what it does not need", (_, service) => {
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toContain("no-new-privileges:true");
    expect(service.pids_limit).toBeLessThanOrEqual(1_024);
    expect(service.ulimits.nofile).toBeGreaterThanOrEqual(65_536);
  });

  test("gives the server a root that is read-only, and one volume where the image writes", () => {
    expect(server).toMatchObject({ read_only: true, init: true, pids_limit: 256 });
    expect(server).not.toHaveProperty("cap_add");
    expect(server?.volumes).toEqual([`data:${find("VOLUME")?.text}`]);
  });

  test("can be reached from this machine only, and only the server", () => {
    const ports = Object.entries(compose.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );

    expect(ports).toEqual([["server", `127.0.0.1:8420:${find("EXPOSE")?.text}`]]);
  });

  test("waits for the database, and at the end for the answers under way", () => {
    expect(server?.depends_on?.["postgres"]).toEqual({ condition: "service_healthy" });
    expect(compose.services["postgres"]?.healthcheck?.test).toContain("pg_isready");
    // serve.ts ends the process that long after the drain time, at the latest
    expect(seconds(server?.stop_grace_period) * 1_000).toBeGreaterThan(limits.drainMs + 5_000);
  });

  test("keeps the heap at three quarters of the memory", () => {
    const heap = /--max-old-space-size=(\d+)/u.exec(server?.environment["NODE_OPTIONS"] ?? "")?.[1];

    expect(server?.mem_limit).toBe("1g");
    expect(Number(heap)).toBe(1_024 * 0.75);
  });

  test("mounts the volume of PostgreSQL where version 18 and later keep their data", () => {
    expect(compose.services["postgres"]).toMatchObject({
      image: "postgres:18",
      volumes: ["database:/var/lib/postgresql"],
    });
  });

  test("declares each volume that a service mounts", () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(":")[0]),
    );

    expect(new Set(mounted)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  test("sets only variables that the server reads, to values that it accepts", () => {
    const names = Object.keys(server?.environment ?? {}).filter((name) => name !== "NODE_OPTIONS");
    const reader = readRepositoryFile("apps/server/src/env.ts");

    expect(names.filter((name) => !reader.includes(`"${name}"`))).toEqual([]);
    expect(parseEnv(server?.environment ?? {})).toMatchObject({
      ok: true,
      env: { connections: [{ provider: "ollama", url: "http://ollama:11434", key: null }] },
    });
  });

  test("hands every variable of .env.example on", () => {
    const text = readRepositoryFile("docker/compose.yaml");

    expect(Object.keys(variables).filter((name) => !text.includes(`\${${name}:`))).toEqual([]);
  });
});
