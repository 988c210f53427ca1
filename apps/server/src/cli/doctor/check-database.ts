import type { DatabaseFacts } from "@corral/db";
import { failed, ok, toleratedClockMs, warning, type Finding } from "./finding.ts";

const oldestVersion = 150_000;
/** PostgreSQL, its schema and its clock. */
export async function checkDatabase(
  url: string,
): Promise<{ readonly findings: readonly Finding[]; readonly isCurrent: boolean }> {
  const { inspectDatabase } = await import("@corral/db");
  const facts = await inspectDatabase(url);
  const isCurrent = facts.pendingMigrations.length === 0 && facts.unknownMigrations.length === 0;
  return { isCurrent, findings: [toServer(facts), toSchema(facts), toAnnouncements(facts), toClock(facts)] };
}

function toServer({ version, versionNumber, isDurable, bytes }: DatabaseFacts): Finding {
  const name = "database";
  const size = `${(bytes / 1_000_000).toFixed(0)} MB`;
  if (versionNumber < oldestVersion) {
    return failed(name, `PostgreSQL ${version} is too old.`, "Use PostgreSQL 15 or newer.");
  }
  if (!isDurable) {
    return warning(
      name,
      `PostgreSQL ${version} runs with fsync off: a power cut can destroy it.`,
      "Set fsync = on.",
    );
  }
  return ok(name, `PostgreSQL ${version}, ${size}.`);
}

function toSchema({ pendingMigrations, unknownMigrations }: DatabaseFacts): Finding {
  const name = "schema";
  if (unknownMigrations.length > 0) {
    return failed(
      name,
      "A newer Corral has been here.",
      "Start that version, or restore a backup made by this one.",
    );
  }
  if (pendingMigrations.length === 0) return ok(name, "Up to date.");
  return warning(
    name,
    `${pendingMigrations.length} migrations are to come.`,
    "Start the server, or run corral migrate.",
  );
}

function toAnnouncements({ announces }: DatabaseFacts): Finding {
  const name = "notifications";
  if (announces) return ok(name, "Changes are announced at once.");
  return warning(
    name,
    "LISTEN hears nothing: changes are seen a second later, by asking.",
    "Connect to PostgreSQL itself, or through a pooler in session mode.",
  );
}

function toClock({ clockAheadMs }: DatabaseFacts): Finding {
  const name = "clocks";
  const seconds = (Math.abs(clockAheadMs) / 1_000).toFixed(1);
  if (Math.abs(clockAheadMs) <= toleratedClockMs)
    return ok(name, `This machine and the database differ by ${seconds} s.`);
  return warning(
    name,
    `The database's clock is ${seconds} s ${clockAheadMs > 0 ? "ahead" : "behind"}: sessions and keys end at wrong times.`,
    "Set both clocks by the network (NTP).",
  );
}
