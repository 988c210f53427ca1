import { connectionKeySchema, isDomainError, limits, Secret } from "@corral/core";
import { assertOutboundUrl } from "@corral/provider-kit";
import { z } from "zod";
import { isGuessable } from "./root-key.ts";

/** The whole configuration, parsed once. Nobody else reads the environment. */
export type Env = {
  readonly host: string;
  readonly port: number;
  /** What browsers see; `null` until the port is known. */
  readonly publicUrl: URL | null;
  /** Addresses whose forwarding headers are believed. */
  readonly trustProxy: readonly string[];
  readonly dataDir: string;
  readonly databaseUrl: Secret | null;
  readonly secretKey: Secret | null;
  /** Open what was sealed with them; nothing new is. */
  readonly oldSecretKeys: readonly Secret[];
  readonly administrator: { readonly email: string; readonly password: Secret } | null;
  readonly connections: readonly EnvConnection[];
  readonly defaultVisibility: "private" | "public";
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  readonly drainMs: number;
  /** 0: never. */
  readonly heartbeatMs: number;
  readonly signInFailuresPerMinute: number;
  readonly secretReferences: SecretReferences;
};

/** What documents may refer to instead of holding a secret. */
export type SecretReferences = {
  /** The one way to a variable that is no setting of ours. */
  readonly findVariable: (name: string) => Secret | undefined;
  /** Variables, beside those that end in `_API_KEY`. */
  readonly names: readonly string[];
  readonly folders: readonly string[];
};

/** A connection that is made at the first start. */
export type EnvConnection = {
  readonly provider: "ollama" | "openai";
  readonly url: string;
  readonly key: Secret | null;
};

/** One thing that is wrong, with its remedy. Never contains a value that may be secret. */
export type EnvProblem = { readonly variable: string; readonly problem: string; readonly remedy: string };

export type EnvSource = Readonly<Record<string, string | undefined>>;

type Reader = { readonly source: EnvSource; readonly problems: EnvProblem[] };

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Reads every variable and reports all problems at once. */
export function parseEnv(
  source: EnvSource,
):
  | { readonly ok: true; readonly env: Env }
  | { readonly ok: false; readonly problems: readonly EnvProblem[] } {
  const reader: Reader = { source, problems: [] };
  const env: Env = {
    host: text(reader, "CORRAL_HOST") ?? "127.0.0.1",
    port: integer(reader, "CORRAL_PORT", { fallback: 8420, min: 0, max: 65_535 }),
    publicUrl: publicUrl(reader),
    trustProxy: list(text(reader, "CORRAL_TRUST_PROXY"), ","),
    dataDir: text(reader, "CORRAL_DATA_DIR") ?? ".corral",
    databaseUrl: databaseUrl(reader),
    secretKey: secretKey(reader),
    oldSecretKeys: list(text(reader, "CORRAL_OLD_SECRET_KEYS"), ",").map((key) =>
      rootKey(reader, "CORRAL_OLD_SECRET_KEYS", key),
    ),
    administrator: administrator(reader),
    connections: [...ollamaConnections(reader), ...openaiConnections(reader)],
    defaultVisibility:
      choice(reader, "CORRAL_DEFAULT_VISIBILITY", ["private", "public"] as const) ?? "private",
    logLevel: choice(reader, "CORRAL_LOG_LEVEL", logLevels) ?? "info",
    drainMs: integer(reader, "CORRAL_DRAIN_MS", { fallback: limits.drainMs, min: 0, max: 600_000 }),
    heartbeatMs: integer(reader, "CORRAL_HEARTBEAT_MS", {
      fallback: limits.heartbeatMs,
      min: 0,
      max: 600_000,
    }),
    signInFailuresPerMinute: integer(reader, "CORRAL_SIGNIN_FAILURES_PER_MINUTE", {
      fallback: 5,
      min: 1,
      max: 100_000,
    }),
    secretReferences: secretReferences(reader),
  };
  if (integer(reader, "CORRAL_WORKERS", { fallback: 1, min: 1, max: 64 }) !== 1) {
    reader.problems.push({
      variable: "CORRAL_WORKERS",
      problem: "several processes are not offered yet",
      remedy: "Leave it out or set it to 1.",
    });
  }
  return reader.problems.length === 0 ? { ok: true, env } : { ok: false, problems: reader.problems };
}

/** What a person reads when the configuration is wrong. */
export function renderProblems(problems: readonly EnvProblem[]): string {
  const lines = problems.map(({ variable, problem, remedy }) => `  ${variable}: ${problem}. ${remedy}`);
  return ["Corral cannot start: the configuration has problems.", ...lines].join("\n");
}

function text({ source }: Reader, variable: string): string | undefined {
  const value = source[variable]?.trim();
  return value === undefined || value === "" ? undefined : value;
}

function list(value: string | undefined, separator: string): readonly string[] {
  return value === undefined ? [] : value.split(separator).map((item) => item.trim());
}

function integer(
  reader: Reader,
  variable: string,
  bounds: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = text(reader, variable);
  if (value === undefined) return bounds.fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= bounds.min && number <= bounds.max) return number;
  const remedy = `Use a whole number from ${bounds.min} to ${bounds.max}, or leave it out for ${bounds.fallback}.`;
  reader.problems.push({ variable, problem: "is not a usable number", remedy });
  return bounds.fallback;
}

function choice<T extends string>(reader: Reader, variable: string, allowed: readonly T[]): T | undefined {
  const value = text(reader, variable);
  const found = allowed.find((item) => item === value);
  if (value !== undefined && found === undefined) {
    reader.problems.push({
      variable,
      problem: "is not one of the allowed values",
      remedy: `Use ${allowed.join(", ")}.`,
    });
  }
  return found;
}

function httpUrl(reader: Reader, variable: string, value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && /^https?:$/u.test(url.protocol) && url.username === "" && url.password === "")
    return url;
  reader.problems.push({
    variable,
    problem: "is not an http or https address without credentials",
    remedy: "Write it like http://127.0.0.1:11434.",
  });
  return undefined;
}

function secretReferences({ source, ...reader }: Reader): SecretReferences {
  const allowed = list(text({ source, ...reader }, "CORRAL_SECRET_REFERENCES"), ",");
  return {
    findVariable(name) {
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      return value === undefined || value === "" ? undefined : new Secret(value);
    },
    names: allowed.filter((entry) => !entry.startsWith("/")),
    folders: ["/run/secrets", ...allowed.filter((entry) => entry.startsWith("/"))],
  };
}

function publicUrl(reader: Reader): URL | null {
  const value = text(reader, "CORRAL_PUBLIC_URL");
  const url = value === undefined ? undefined : httpUrl(reader, "CORRAL_PUBLIC_URL", value);
  if (url !== undefined && url.pathname !== "/") {
    reader.problems.push({
      variable: "CORRAL_PUBLIC_URL",
      problem: "has a path",
      remedy: "Corral is served at the root of its host; leave the path out.",
    });
  }
  return url ?? null;
}

function databaseUrl(reader: Reader): Secret | null {
  const value = text(reader, "DATABASE_URL");
  if (value === undefined) return null;
  if (!/^postgres(?:ql)?:\/\//u.test(value) || !URL.canParse(value)) {
    reader.problems.push({
      variable: "DATABASE_URL",
      problem: "is not a PostgreSQL address",
      remedy:
        "Write it like postgresql://user:password@host:5432/database, or leave it out for the embedded server.",
    });
  }
  return new Secret(value);
}

function secretKey(reader: Reader): Secret | null {
  const value = text(reader, "CORRAL_SECRET_KEY");
  return value === undefined ? null : rootKey(reader, "CORRAL_SECRET_KEY", value);
}

function rootKey(reader: Reader, variable: string, value: string): Secret {
  const bytes = Buffer.from(value, "base64");
  const isWhole =
    bytes.length === 32 &&
    bytes.toString("base64").replace(/(?<!=)=+$/u, "") === value.replace(/(?<!=)=+$/u, "");
  if (!isWhole || isGuessable(bytes)) {
    const problem = isWhole ? "can be guessed by anybody" : "is not 32 bytes in base64";
    reader.problems.push({ variable, problem, remedy: "Make one with: openssl rand -base64 32" });
  }
  return new Secret(value);
}

function administrator(reader: Reader): Env["administrator"] {
  const email = text(reader, "CORRAL_ADMIN_EMAIL");
  const password = reader.source["CORRAL_ADMIN_PASSWORD"];
  if (email === undefined && (password === undefined || password === "")) return null;
  if (email === undefined || !z.email().safeParse(email).success) {
    reader.problems.push({
      variable: "CORRAL_ADMIN_EMAIL",
      problem: "is missing or not an e-mail address",
      remedy: "Set it together with CORRAL_ADMIN_PASSWORD, or leave both out.",
    });
  }
  const length = [...(password ?? "")[Symbol.iterator]()].length;
  if (length < limits.passwordLengthMin || length > limits.passwordLengthMax) {
    reader.problems.push({
      variable: "CORRAL_ADMIN_PASSWORD",
      problem: `does not have ${limits.passwordLengthMin} to ${limits.passwordLengthMax} characters`,
      remedy: "Choose a longer one; a few random words work well.",
    });
  }
  return { email: email ?? "", password: new Secret(password ?? "") };
}

function ollamaConnections(reader: Reader): EnvConnection[] {
  return connections(reader, { provider: "ollama", urls: "OLLAMA_BASE_URLS", keys: "OLLAMA_API_KEYS" });
}

function openaiConnections(reader: Reader): EnvConnection[] {
  return connections(reader, { provider: "openai", urls: "OPENAI_API_BASE_URLS", keys: "OPENAI_API_KEYS" });
}

function connections(
  reader: Reader,
  variables: { readonly provider: EnvConnection["provider"]; readonly urls: string; readonly keys: string },
): EnvConnection[] {
  const urls = list(text(reader, variables.urls), ";").filter((url) => url !== "");
  const keys = list(text(reader, variables.keys), ";");
  if (keys.length > urls.length) {
    reader.problems.push({
      variable: variables.keys,
      problem: `has ${keys.length} keys for ${urls.length} addresses`,
      remedy: `Give one key for each address in ${variables.urls}, separated by semicolons; an empty one is fine.`,
    });
  }
  for (const key of keys) if (key !== "") checkKey(reader, variables.keys, key);
  return urls.map((value, at) => {
    checkOutboundUrl(reader, variables.urls, value);
    const key = keys[at];
    return {
      provider: variables.provider,
      url: value,
      key: key === undefined || key === "" ? null : new Secret(key),
    };
  });
}

/** The same judgement as on an address that an administrator types. */
function checkOutboundUrl(reader: Reader, variable: string, value: string): void {
  try {
    assertOutboundUrl(value);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const problem = `has an address that cannot be used: ${error.message.replace(/\.$/u, "")}`;
    reader.problems.push({ variable, problem, remedy: "Write it like http://127.0.0.1:11434." });
  }
}

function checkKey(reader: Reader, variable: string, key: string): void {
  if (connectionKeySchema.safeParse(key).success) return;
  reader.problems.push({
    variable,
    problem: "has a key that no provider can have",
    remedy: "Keys are printable ASCII with no spaces, separated by semicolons; an empty one is fine.",
  });
}

/** The environment of this process. The only place that reads it. */
export function readEnvironment(): EnvSource {
  return process.env;
}
