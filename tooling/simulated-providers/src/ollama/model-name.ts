const part = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,79}$/u;
const defaultPrefixes = /^(?:https?:\/\/)?(?:registry\.ollama\.ai\/)?(?:library\/)?/;

/** `[host/][namespace/]model[:tag]` as the server shows it: defaults dropped, tag always there; undefined if invalid. */
export function toCanonicalName(name: string): string | undefined {
  const short = name.replace(defaultPrefixes, "");
  const slash = short.lastIndexOf("/");
  const path = short.slice(0, slash + 1);
  const [model = "", tag = "latest", ...rest] = short.slice(slash + 1).split(":");
  if (rest.length > 0 || !part.test(model) || !part.test(tag)) return undefined;
  if (
    path
      .split("/")
      .slice(0, -1)
      .some((segment) => !/^[\w][\w.:-]*$/.test(segment))
  )
    return undefined;
  return `${path}${model}:${tag}`;
}

/** The name with host and namespace spelled out, as some error texts have it. */
export function toFullName(canonical: string): string {
  const slashes = canonical.split("/").length - 1;
  if (slashes >= 2) return canonical;
  return `registry.ollama.ai/${slashes === 1 ? "" : "library/"}${canonical}`;
}
