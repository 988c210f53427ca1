import { DomainError, findReadable, type Actor, type Catalog, type CatalogConnection } from "@corral/core";
import { z } from "zod";

/** Which of the Ollama connections, counted from 0 in their order. */
export const indexParams = z.object({
  index: z
    .string()
    .regex(/^\d{1,6}$/u, "must be a whole number from 0")
    .transform(Number),
});

type Source = Pick<Catalog, "current">;

/** In their configured order: what routes count by. */
export function listOllamaConnections(catalog: Source): readonly CatalogConnection[] {
  return catalog
    .current()
    .connections()
    .filter(({ provider }) => provider === "ollama");
}

/** @throws DomainError `connection_not_found`. */
export function connectionAt(catalog: Source, index: number): CatalogConnection {
  const connections = listOllamaConnections(catalog);
  const found = connections[index];
  if (found !== undefined) return found;
  throw new DomainError(
    "connection_not_found",
    `There is no Ollama connection ${index}; there are ${connections.length}, counted from 0.`,
  );
}

/** A base model where one server has it. */
export type OllamaPlace = { readonly connectionUid: string; readonly model: string };

/**
 * Every Ollama server that has a base model, by the name that it has there.
 *
 * @throws DomainError `model_not_found`, `not_an_ollama_model` also for models that are built on one.
 */
export function placesOf(catalog: Source, actor: Actor, name: string): readonly OllamaPlace[] {
  const entry = findReadable(catalog.current(), actor, name);
  if (entry.kind !== "base") throw notOllama(name);
  const servers = listOllamaConnections(catalog);
  const places = servers.flatMap(({ uid }) =>
    entry.base.placements
      .filter(({ connectionUid, missingSince }) => connectionUid === uid && missingSince === null)
      .map(({ upstreamId }) => ({ connectionUid: uid, model: upstreamId })),
  );
  if (places.length === 0) throw notOllama(name);
  return places;
}

function notOllama(name: string): DomainError {
  return new DomainError("not_an_ollama_model", `"${name}" is no model that an Ollama server of ours has.`);
}
