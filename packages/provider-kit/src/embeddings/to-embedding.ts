import type { JsonValue } from "@corral/core";
import { asArray, invalidResponse } from "../json/read-json.ts";

/** Reads one embedding. @throws DomainError `upstream_invalid_response` when it is not a list of finite numbers. */
export function toEmbedding(value: JsonValue | undefined): readonly number[] {
  const vector = asArray(value);
  if (vector.length > 0 && vector.every(isFiniteNumber)) return vector;
  throw invalidResponse("The provider gave an embedding that is not a list of numbers.");
}

function isFiniteNumber(value: JsonValue): value is number {
  return Number.isFinite(value);
}
