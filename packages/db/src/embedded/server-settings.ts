/** Owns the cluster and looks after it; the application never connects as this role. */
export const SUPERUSER = "postgres";
/** Name of the application's role and of its database. */
export const APPLICATION = "corral";
export const HOST = "127.0.0.1";

/** Nothing of ours: our environment may hold the secret key, and others can read a process's environment. */
export const SERVER_ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" };

/**
 * The server's settings, as command-line arguments so that no file in the data directory can change them.
 *
 * It listens on loopback TCP, guarded by the password. A Unix socket would need a directory that both we and the
 * unprivileged account reach, within 107 bytes, on a file system that knows sockets (bind mounts often do not),
 * and a percent-encoded host that not every client of the URL understands.
 */
export function toServerArguments(
  dataDirectory: string,
  options: { port: number; isDurable: boolean },
): string[] {
  const settings = {
    listen_addresses: HOST,
    port: options.port,
    unix_socket_directories: "",
    max_connections: 100,
    // A small machine, and a database that fits into memory.
    shared_buffers: "64MB",
    max_wal_size: "256MB",
    io_method: "sync",
    max_logical_replication_workers: 0,
    timezone: "UTC",
    log_timezone: "UTC",
    // Failing statements carry our users' data, and the application reports them itself.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    fsync: options.isDurable ? "on" : "off",
    ...(!options.isDurable && { full_page_writes: "off" }),
  };
  return [
    "-D",
    dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}
