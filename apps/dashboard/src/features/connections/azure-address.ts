/** What the address of a deployment, as Azure's portal shows it, says beside the resource's own address. */
export type TargetUri = { url: string; apiVersion: string; deployment: string | undefined };

const tail =
  /\/openai(?:\/v1|\/deployments\/([\w.-]+))?(?:\/(?:chat\/completions|completions|embeddings|responses|models))?$/u;
const versionQuery = /^\?api-version=(\d{4}-\d{2}-\d{2}(?:-preview)?)$/u;

/** `undefined` for anything else, which stays as it was typed. */
export function readTargetUri(text: string): TargetUri | undefined {
  const url = parse(text);
  const [found, version] = [url && tail.exec(url.pathname), url && versionQuery.exec(url.search)];
  if (!url || !found || !version?.[1]) return undefined;
  const resource = url.origin + url.pathname.slice(0, found.index);
  return { url: resource, apiVersion: version[1], deployment: found[1] };
}

/** Where a chat will go: the dated surface has a path for each deployment, the v1 surface has none. */
export function previewChatUrl(address: string, apiVersion: string, deployment: string): string | undefined {
  const url = parse(address);
  if (!url) return undefined;
  const path = url.pathname.replace(/\/+$/u, "");
  const root = `${url.origin}${path.replace(tail, "")}/openai`;
  const version = apiVersion.trim();
  const query = version === "" ? "" : `?api-version=${encodeURIComponent(version)}`;
  return /^\d/u.test(version)
    ? `${root}/deployments/${deployment}/chat/completions${query}`
    : `${root}/v1/chat/completions${query}`;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
}
