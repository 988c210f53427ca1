import { access, constants, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import type { Env } from "../../env.ts";
import { findRootKeys, isKeyFileOpen, keyFileOf } from "../../root-key.ts";
import { explainFailure } from "../explain-failure.ts";
import { failed, ok, warning, type Finding } from "./finding.ts";

const neededBytes = 500_000_000;
const probeMs = 2_000;

/** The folder of data: there, ours, private, with room. */
export async function checkDataDirectory({ dataDir }: Env): Promise<Finding> {
  const name = "data directory";
  const path = resolve(dataDir);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const canMake = await access(dirname(path), constants.W_OK).then(
      () => true,
      () => false,
    );
    if (canMake) return ok(name, `${path} will be made at the first start.`);
    return failed(name, `${path} is not there and cannot be made.`, "Make it, or set CORRAL_DATA_DIR.");
  }
  const isUsable = await access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isUsable)
    return failed(name, `This user may not write to ${path}.`, "Run as its owner, or set CORRAL_DATA_DIR.");
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < neededBytes) {
    return warning(
      name,
      `Only ${Math.round((bavail * bsize) / 1_000_000)} MB are free at ${path}.`,
      "Make room: PostgreSQL stops when none is left.",
    );
  }
  if ((found.mode & 0o007) !== 0) {
    return warning(
      name,
      `Every user of this machine may look into ${path}.`,
      `Take that away: chmod 700 ${path}`,
    );
  }
  return ok(name, `${path}, ${Math.round((bavail * bsize) / 1_000_000_000)} GB free.`);
}

/** The key that stored secrets are sealed with. Whether it opens them is the database's to say. */
export async function checkSecretKey(env: Env): Promise<Finding> {
  const name = "secret key";
  try {
    const keys = await findRootKeys(env);
    if (keys === undefined) return ok(name, `${keyFileOf(env)} will be made at the first start.`);
    if (await isKeyFileOpen(env)) {
      return warning(
        name,
        `Others than its owner may read ${keyFileOf(env)}.`,
        `Take that away: chmod 600 ${keyFileOf(env)}`,
      );
    }
    return ok(name, env.secretKey === null ? `${keyFileOf(env)}; back it up.` : "From CORRAL_SECRET_KEY.");
  } catch (error) {
    return failed(name, explainFailure(error)?.message ?? String(error), "");
  }
}

/** The address that the server is going to listen at, or listens at already. */
export async function checkPort({ host, port }: Env): Promise<Finding> {
  const name = "port";
  if (port === 0) return ok(name, "A free one is taken at the start.");
  const at = `${host}:${port}`;
  if (await isCorral(host, port)) return ok(name, `Corral answers at ${at}.`);
  const code = await tryListen(host, port);
  if (code === undefined) return ok(name, `${at} is free.`);
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: "Stop the other program, or set CORRAL_PORT.",
    EACCES: "Set CORRAL_PORT to one from 1024.",
    EADDRNOTAVAIL: "Set CORRAL_HOST to an address of this machine, or leave it out.",
    ENOTFOUND: "Set CORRAL_HOST to an address of this machine, or leave it out.",
  };
  const what =
    code === "EADDRINUSE" ? `Another program listens at ${at}.` : `Nobody can listen at ${at} (${code}).`;
  return failed(name, what, remedies[code] ?? "Set CORRAL_HOST and CORRAL_PORT to others.");
}

async function isCorral(host: string, port: number): Promise<boolean> {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${port}/health`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeMs), redirect: "manual" });
    await response.body?.cancel();
    return response.headers.has("x-request-id");
  } catch {
    return false;
  }
}

/** @returns Why it cannot be done. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}
