import { DomainError, isDomainError } from "../error/domain-error.ts";

/** What a caller knows of a model, and what only those behind it know. */
export type Disguise = {
  /** The id that was asked for. */
  readonly asked: string;
  /** Ids under which the same model is known further down. */
  readonly hidden: readonly string[];
  /** Host name of the endpoint. */
  readonly host: string;
};

/**
 * The same failure without what a reader may not know: providers name the model and sometimes the machine in what they
 * say. Anything but a {@link DomainError} is returned as it is.
 */
export function hideUpstream(error: unknown, { asked, hidden, host }: Disguise): unknown {
  if (!isDomainError(error)) return error;
  let message = error.message;
  for (const name of spellings(hidden, asked)) message = message.replace(asWord(name), () => asked);
  // a name without a dot may be an ordinary word
  if (host.includes(".")) message = message.replace(asWord(host), () => "[address]");
  if (message === error.message) return error;
  const { code, details, cause } = error;
  return new DomainError(code, message, { ...(details && { details }), cause });
}

/** Longest first, so that no name is found inside another one. */
function spellings(hidden: readonly string[], asked: string): readonly string[] {
  const names = hidden.flatMap((name) =>
    name.endsWith(":latest") ? [name, name.slice(0, -":latest".length)] : [name],
  );
  return [...new Set(names)]
    .filter((name) => name !== "" && name !== asked)
    .toSorted((one, other) => other.length - one.length);
}

/** The name as a word of its own, with the path of a registry before it. */
function asWord(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
  return new RegExp(
    String.raw`(?<![\p{L}\p{N}_.:/-])(?:[\p{L}\p{N}_.-]{1,128}\/){0,4}${literal}(?![\p{L}\p{N}_-]|[.:][\p{L}\p{N}])`,
    "gu",
  );
}
