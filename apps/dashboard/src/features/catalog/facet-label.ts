import { m } from "../../lib/messages.ts";
import type { FacetName } from "./catalog-codec.ts";

/** The server's values in our words; names of tags, people and connections are their own words. */
export function toFacetLabel(facet: FacetName, { value, label }: { value: string; label: string }): string {
  const words: Partial<Record<FacetName, Record<string, () => string>>> = {
    status: m.status,
    provider: m.provider,
    capability: m.capability,
    visibility: m.access.visibility,
  };
  return words[facet]?.[value]?.() ?? label;
}
