import type { PresentedCredential } from "@corral/core";

/**
 * What a request carries, unjudged. Nothing but `Authorization: Bearer` and the session cookie is a credential: not
 * `x-api-key`, not the query.
 *
 * @param request.authorization The header, as it came.
 * @param request.cookie The session cookie's decoded value.
 */
export function readCredential(request: {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}): PresentedCredential {
  const { authorization = "", cookie } = request;
  // As nearly all programs write it: nothing to search for.
  if (authorization.startsWith("Bearer ") && isInk(authorization, 7) && isInk(authorization, -1)) {
    return { bearer: authorization.slice(7), cookie };
  }
  // "Bearer" with nothing behind it is a bad credential, not the absence of one.
  const [, bearer] = /^bearer(?:[ \t]+(.*))?$/i.exec(authorization.trim()) ?? [undefined, null];
  return { bearer: bearer === null ? undefined : (bearer ?? ""), cookie };
}

function isInk(text: string, at: number): boolean {
  const character = text.at(at);
  return character !== undefined && character > " " && character <= "~";
}
