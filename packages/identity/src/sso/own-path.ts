/** Where to go after the sign-in: a path of ours, or the start. An address elsewhere would make the sign-in a lure. */
export function toOwnPath(text: string | undefined, publicUrl: URL): string {
  if (text === undefined || text.length > 2_048 || !/^\/(?![/\\])[\u0021-\u007e]*$/u.test(text)) return "/";
  const url = URL.parse(text, publicUrl.origin);
  // What is normalized may look otherwise than what was checked: `/..//host` becomes `//host`.
  if (url?.origin !== publicUrl.origin || url.pathname.startsWith("//")) return "/";
  return url.pathname + url.search + url.hash;
}
