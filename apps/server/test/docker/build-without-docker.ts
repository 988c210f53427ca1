import { execFile, execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { createDockerIgnore } from "./docker-ignore.ts";
import { parseDockerfile, type DockerStage, type DockerStep } from "./parse-dockerfile.ts";
import { readRepositoryFile, repositoryRoot } from "./repository-file.ts";

const run = promisify(execFile);

/** What the last stage came to, in a folder that stands for the root of its file system. */
export type BuiltImage = AsyncDisposable & {
  readonly root: string;
  readonly folder: string;
  /** As the Dockerfile says, with paths below the working directory moved to `folder`. */
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  /** What `chown` was asked to do. */
  readonly ownership: readonly string[];
};

type Stage = {
  readonly root: string;
  workdir: string;
  readonly env: Record<string, string>;
  readonly meta: Map<string, DockerStep>;
  readonly ownership: string[];
};

/**
 * Executes the steps of `docker/Dockerfile` in folders instead of images: COPY from the files that git knows, RUN by a
 * shell with this process's Node. Replaced are the cache mount of pnpm's store, which is this machine's own store, and
 * `chown`, which an ordinary user may not do.
 */
export async function buildWithoutDocker(): Promise<BuiltImage> {
  const root = await mkdtemp(join(tmpdir(), "corral-image-"));
  await using building = new AsyncDisposableStack();
  building.defer(() => rm(root, { recursive: true, force: true }));
  const tools = await makeTools(root);
  const storeDir = await findPnpmStore(tools);
  const stages = new Map<string, Stage>();
  let last: Stage | undefined;
  for (const stage of parseDockerfile(readRepositoryFile("docker/Dockerfile"))) {
    last = await buildStage(stage, { root, stages, tools, storeDir });
    stages.set(stage.name, last);
  }
  if (last === undefined) throw new Error("docker/Dockerfile has no stage.");
  const { workdir, env, meta, ownership } = last;
  const imageRoot = last.root;
  const resources = building.move();
  return {
    root: imageRoot,
    folder: join(imageRoot, workdir),
    env: {
      PATH: tools.path,
      ...Object.fromEntries(
        Object.entries(env).map(([name, value]) => [
          name,
          value === workdir || value.startsWith(`${workdir}/`) ? join(imageRoot, value) : value,
        ]),
      ),
    },
    command: meta.get("CMD")?.words ?? [],
    healthCheck: meta.get("HEALTHCHECK")?.words ?? [],
    ownership,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

type Build = {
  readonly root: string;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly tools: Tools;
  readonly storeDir: string;
};

async function buildStage({ name, base, steps }: DockerStage, build: Build): Promise<Stage> {
  const parent = build.stages.get(base);
  const stage: Stage = {
    root: join(build.root, name),
    workdir: parent?.workdir ?? "/",
    env: { ...parent?.env },
    meta: new Map(),
    ownership: [],
  };
  await mkdir(stage.root, { recursive: true });
  if (parent !== undefined) await copyTree(parent.root, stage.root);
  for (const step of steps) await execute(step, stage, build);
  return stage;
}

async function execute(step: DockerStep, stage: Stage, build: Build): Promise<void> {
  switch (step.instruction) {
    case "WORKDIR":
      stage.workdir = resolve(stage.workdir, step.text);
      await mkdir(join(stage.root, stage.workdir), { recursive: true });
      return;
    case "ENV":
      for (const word of step.words) {
        const [name = "", ...value] = word.split("=");
        stage.env[name] = value.join("=");
      }
      return;
    case "COPY":
      return copy(step, stage, build);
    case "RUN":
      return runInShell(step, stage, build);
    case "CMD":
    case "EXPOSE":
    case "HEALTHCHECK":
    case "STOPSIGNAL":
    case "USER":
    case "VOLUME":
      stage.meta.set(step.instruction, step);
      return;
    default:
      throw new Error(`The Dockerfile says ${step.instruction}, which its test cannot execute.`);
  }
}

async function copy({ flags, words }: DockerStep, stage: Stage, build: Build): Promise<void> {
  const [source = "", target = ""] = words;
  const destination = join(stage.root, resolve(stage.workdir, target));
  const from = flags["from"];
  if (from === undefined) {
    if (source !== ".") throw new Error(`COPY ${source}: only the whole context can be copied.`);
    return copyContext(destination);
  }
  const origin = build.stages.get(from);
  if (origin === undefined) throw new Error(`COPY --from=${from}: there is no such stage.`);
  const path = join(origin.root, source);
  await (target.endsWith("/") ? run("cp", ["-a", path, destination]) : copyTree(path, destination));
}

/** What Docker would be sent: the files that git knows, as they are now, less those of `.dockerignore`. */
async function copyContext(destination: string): Promise<void> {
  const isIgnored = createDockerIgnore(readRepositoryFile(".dockerignore"));
  for (const file of listRepositoryFiles()) {
    if (isIgnored(file)) continue;
    await mkdir(dirname(join(destination, file)), { recursive: true });
    await copyFile(join(repositoryRoot, file), join(destination, file));
  }
}

function listRepositoryFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
  const deleted = new Set(gitFiles(["ls-files", "--deleted", "-z"]));
  return gitFiles(args).filter((file) => !deleted.has(file));
}

function gitFiles(args: readonly string[]): string[] {
  const output = execFileSync("git", args, { cwd: repositoryRoot, encoding: "utf8" });
  return output.split("\0").filter((file) => file !== "");
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await run("cp", ["-a", `${from}/.`, to]);
}

async function runInShell(step: DockerStep, stage: Stage, build: Build): Promise<void> {
  const cache = /\btarget=([^,\s]+)/u.exec(step.flags["mount"] ?? "")?.[1];
  const env = Object.entries(stage.env).map(([name, value]) => [
    name,
    value === cache ? build.storeDir : value,
  ]);
  const ownershipFile = join(build.root, "ownership");
  await writeFile(ownershipFile, "");
  const { tools } = build;
  try {
    await run("bash", ["-euo", "pipefail", "-c", step.text], {
      cwd: join(stage.root, stage.workdir),
      env: { ...tools.env, PATH: tools.path, OWNERSHIP_FILE: ownershipFile, ...Object.fromEntries(env) },
      timeout: 240_000,
      maxBuffer: 16_000_000,
    });
  } catch (error) {
    // safe: execFile rejects with what the program wrote
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`RUN ${step.text}\n${stdout}${stderr}`, { cause: error });
  }
  const asked = execFileSync("cat", [ownershipFile], { encoding: "utf8" }).trim();
  if (asked !== "") stage.ownership.push(...asked.split("\n"));
}

type Tools = { readonly path: string; readonly env: Readonly<Record<string, string>> };

/** The programs of the base image: this Node, the machine's npx, and a `chown` that only takes notes. */
async function makeTools(root: string): Promise<Tools> {
  const bin = join(root, "bin");
  await mkdir(bin);
  await symlink(process.execPath, join(bin, "node"));
  await writeFile(join(bin, "chown"), '#!/bin/sh\necho "$@" >> "$OWNERSHIP_FILE"\n');
  await chmod(join(bin, "chown"), 0o755);
  const kept = /^(?:home|https?_proxy|no_proxy|node_extra_ca_certs|npm_config_registry|xdg_\w+)$/iu;
  const env = Object.entries(process.env).filter(([name]) => kept.test(name));
  return {
    path: `${bin}:${process.env["PATH"] ?? ""}`,
    env: {
      ...Object.fromEntries(env.map(([name, value]) => [name, value ?? ""])),
      npm_config_prefer_offline: "true",
      npm_config_update_notifier: "false",
      pnpm_config_prefer_offline: "true",
    },
  };
}

async function findPnpmStore({ env, path }: Tools): Promise<string> {
  const { stdout } = await run("npx", ["--yes", "pnpm@12.21.0", "store", "path"], {
    cwd: repositoryRoot,
    env: { ...env, PATH: path },
  });
  return dirname(stdout.trim());
}
