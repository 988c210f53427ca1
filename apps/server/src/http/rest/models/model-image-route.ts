import {
  findImageFormat,
  findShownImage,
  mayKnow,
  unknownModel,
  type Actor,
  type CatalogEntry,
  type CatalogSnapshot,
} from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Container } from "../../../container.ts";
import { drawTile, type Tile } from "./draw-tile.ts";
import { restRoute } from "../rest-route.ts";

// `v` only makes the address another one for another picture.
const querySchema = z.object({ id: z.string().min(1).max(512), v: z.string().max(64).optional() });

/** Nothing in a picture may run or load anything, also where it is opened by itself. */
const contentSecurityPolicy = "default-src 'none'; sandbox";

/** The pictures of models, for whoever may read the model: browsers with the session cookie, programs with a token. */
export const modelImage = restRoute({
  method: "GET",
  path: "/model/profile/image",
  operationId: "getModelImage",
  tag: "models",
  summary: "The picture of a model",
  description: "Its stored picture, else a tile with its initials. Never one that stands at another address.",
  policy: { auth: "member", scope: "models:read" },
  takesCookie: true,
  query: querySchema,
  otherAnswers: [
    { status: 200, description: "The picture", contentType: "image/*" },
    { status: 304, description: "The one that the caller has" },
  ],
  headers: ["etag"],
  errors: ["model_not_found"],
  examples: { query: { id: "support-bot" } },
  async handle({ actor, query, container, request, reply }) {
    const entry = findEntry(container.services.catalog.current(), actor, query.id);
    const record = entry.kind === "base" ? entry.override : entry.record;
    const exchange = { request, reply };
    const imageHash = findShownImage(entry);
    if (imageHash !== undefined) {
      const sent = await sendImage(container, exchange, imageHash);
      if (sent !== undefined) return sent;
    }
    return sendTile(exchange, drawTile({ uid: entry.uid, name: record?.name ?? entry.id }));
  },
});

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
