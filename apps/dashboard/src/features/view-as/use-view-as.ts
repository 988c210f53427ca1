import { createUrlCodec, textParam } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";

const codec = createUrlCodec({ as: textParam() });

/** Through whose eyes an administrator looks; the address alone says so. `undefined`: one's own. */
export function useViewAs(): string | undefined {
  const { as } = useUrlState(codec).state;
  return as === "" ? undefined : as;
}

/** For links between pages that can be looked at so. */
export function keepViewAs({ as }: { as?: string }): Record<string, string> {
  return as === undefined ? {} : { as };
}
