import fastifyCookie from "@fastify/cookie";
import {
  DomainError,
  findImageFormat,
  findShownImage,
  mayKnow,
  modelImagePath,
  unknownModel,
  type Actor,
  type CatalogEntry,
  type CatalogSnapshot,
} from "@corral/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { authenticate } from "../../authenticate.ts";
import type { Container } from "../../container.ts";
import { waitForRevision } from "../wait-for-revision.ts";
import { drawTile, type Tile } from "./draw-tile.ts";
import { prepareRestScope } from "./rest-scope.ts";

// `v` only makes the address another one for another picture.
const querySchema = z.object({ id: z.string().min(1).max(512), v: z.string().max(64).optional() });

/** Nothing in a picture may run or load anything, also where it is opened by itself. */
const contentSecurityPolicy = "default-src 'none'; sandbox";

/** The pictures of models, for whoever may read the model: browsers with the session cookie, programs with a token. */
export function modelImageRoutes(container: Container) {
  const { catalog } = container.services;

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(fastifyCookie);
    prepareRestScope(app, container);
    app.addHook("preHandler", async (request) => waitForRevision(request, catalog));
    app.get(modelImagePath, async (request, reply) => {
      const actor = await readerOf(container, request);
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw wrongId();
      const entry = findEntry(catalog.current(), actor, query.data.id);
      const record = entry.kind === "base" ? entry.override : entry.record;
      const exchange = { request, reply };
      const imageHash = findShownImage(entry);
      if (imageHash !== undefined) {
        const sent = await sendImage(container, exchange, imageHash);
        if (sent !== undefined) return sent;
      }
      return sendTile(exchange, drawTile({ uid: entry.uid, name: record?.name ?? entry.id }));
    });
  };
}

/** @throws DomainError `unauthenticated`, `access_denied`. */
async function readerOf(container: Container, request: FastifyRequest): Promise<Actor> {
  const { authenticator } = container;
  const actor = await authenticate(request, { authenticator, cookieName: container.cookie().name });
  if (actor === null) throw new DomainError("unauthenticated");
  const { principal, credential } = actor;
  if (principal.role === "pending") {
    throw new DomainError("access_denied", "An administrator has not approved your account yet.");
  }
  if (credential.kind === "key" && credential.scopes !== "owner" && !credential.scopes.has("models:read")) {
    throw new DomainError("access_denied", "The API key lacks the scope models:read.");
  }
  return actor;
}

function wrongId(): DomainError {
  return new DomainError("invalid_input", "The address must name one model.", {
    details: { issues: [{ path: ["id"], message: "must be the id or uid of a model" }] },
  });
}

/** By uid first, so that nobody can name a model like another one's uid and show its picture. */
function findEntry(snapshot: CatalogSnapshot, actor: Actor, id: string): CatalogEntry {
  const entry = snapshot.findByUid(id) ?? snapshot.findByName(id);
  if (entry !== undefined && mayKnow(snapshot, actor, entry)) return entry;
  throw unknownModel(id);
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** `undefined` where there is no such picture, or its bytes are none. */
async function sendImage(
  { database }: Container,
  exchange: Exchange,
  hash: string,
): Promise<FastifyReply | undefined> {
  const etag = `"${hash}"`;
  if (isKnown(exchange.request, etag)) return sendUnchanged(exchange, etag);
  const image = await database.findImage(hash);
  const format = image === undefined ? undefined : findImageFormat(image.bytes);
  if (image === undefined || format === undefined) return undefined;
  return withHeaders(exchange, etag).type(`image/${format}`).send(Buffer.from(image.bytes));
}

function sendTile(exchange: Exchange, { svg, etag }: Tile): FastifyReply {
  if (isKnown(exchange.request, etag)) return sendUnchanged(exchange, etag);
  return withHeaders(exchange, etag).type("image/svg+xml").send(svg);
}

function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers["if-none-match"] ?? "";
  return known.split(",").some((one) => one.trim().replace(/^W\//u, "") === etag || one.trim() === "*");
}

function sendUnchanged(exchange: Exchange, etag: string): FastifyReply {
  return withHeaders(exchange, etag).status(304).send();
}

/** May be kept, but is asked for each time: the right to see it can end. */
function withHeaders({ reply }: Exchange, etag: string): FastifyReply {
  return reply.headers({
    "cache-control": "private, no-cache",
    "content-security-policy": contentSecurityPolicy,
    etag,
    vary: "cookie, authorization",
  });
}
