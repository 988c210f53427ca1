import type { ApiServices, ProcedurePolicy } from "@corral/api";
import type { Actor, ClientInfo, ErrorCode } from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Container } from "../../container.ts";
import type { AnswerHeader } from "./answer-headers.ts";

/** How errors are said: as the seed's management routes do, or in the dialect of a kind of inference client. */
export type ErrorDialect = "management" | "openai" | "ollama";

/** An answer beside the one of the schema, or one that is no JSON. */
export type OtherAnswer = {
  readonly status: number;
  readonly description: string;
  /** Absent: JSON with a schema, nothing at all without one. */
  readonly contentType?: string;
  readonly schema?: z.ZodType;
  /** What comes one after the other: the data of each event, each line. */
  readonly itemSchema?: z.ZodType;
  readonly example?: unknown;
};

type Nothing = z.ZodType<undefined>;

/** What a handler is given. Everything in it was checked. */
export type RestCall<
  Policy extends ProcedurePolicy = ProcedurePolicy,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
> = {
  readonly actor: Policy["auth"] extends "none" ? Actor | null : Actor;
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  readonly services: ApiServices;
  readonly container: Container;
  /** Who is at the other end, for limits and the change log. */
  readonly client: ClientInfo;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

type RouteInfo = {
  readonly method: "GET" | "POST" | "DELETE" | "HEAD";
  /** Below the mount, e.g. `/model/update`. */
  readonly path: string;
  /** Unique within its mount, which puts its own name before it. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** Also the session cookie counts: for what browsers load by themselves, and nothing that writes. */
  readonly takesCookie?: boolean;
  readonly dialect?: ErrorDialect;
  /** Beyond those that any such route can have. */
  readonly errors?: readonly ErrorCode[];
  readonly otherAnswers?: readonly OtherAnswer[];
  /** Beyond those that every answer has. */
  readonly headers?: readonly AnswerHeader[];
  /** Says how the server is: answered always, to everybody, and with nothing of the catalog. */
  readonly isProbe?: boolean;
  /**
   * Takes a whole document, as text that the use case reads itself: up to 64 MiB, and only a few at a time. `body` is then
   * only described.
   */
  readonly takesDocument?: boolean;
  /** Takes a call of a model, which the route reads by itself: up to 32 MiB. `body` is then only described. */
  readonly takesCall?: boolean;
  /** Answers without looking at a body, of whatever type and size. */
  readonly ignoresBody?: boolean;
};

type RouteExamples = { readonly body?: unknown; readonly query?: unknown; readonly answer?: unknown };

/** A route as it is registered and documented. */
export type RestRoute = RouteInfo & {
  readonly policy: ProcedurePolicy;
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  /** Of status 200; absent where only `otherAnswers` come. */
  readonly answer?: z.ZodType | undefined;
  readonly examples?: RouteExamples;
  readonly handle: (call: RestCall) => unknown;
};

/**
 * Declares a route once: what it takes, who may call it, what it answers. The server checks both ways by it, and the
 * OpenAPI description is made of it.
 *
 * @param route.handle Returns what `answer` describes, the finished bytes of it, or the reply that it has written itself.
 */
export function restRoute<
  const Policy extends ProcedurePolicy,
  Answer extends z.ZodType = z.ZodNever,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(
  route: RouteInfo & {
    readonly policy: Policy;
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly answer?: Answer;
    readonly examples?: RouteExamples;
    readonly handle: (
      call: RestCall<Policy, Params, Query, Body>,
    ) => RouteResult<Answer> | Promise<RouteResult<Answer>>;
  },
): RestRoute {
  // safe: whoever calls it gives it what its own schemas and policy made
  return { ...route, handle: route.handle as RestRoute["handle"] };
}

type RouteResult<Answer extends z.ZodType> = z.output<Answer> | Buffer | FastifyReply;

/** Routes under one address. The same route may stand under several. */
export type RestMount = {
  readonly prefix: string;
  /** Before each `operationId`. */
  readonly name: string;
  readonly routes: readonly RestRoute[];
  /** A plug-in of its own serves it, with less around each call. */
  readonly servedBy?: "health" | "gateway";
};
