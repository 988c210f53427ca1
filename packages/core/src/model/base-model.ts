import type { CapabilityName } from "./model-meta.ts";

/** What a provider says about one of its models. `undefined`/absent is "unknown". */
export type ModelFacts = {
  /** What it is known to have. */
  readonly capabilities?: readonly CapabilityName[];
  /** What it is known to lack; calls that need it are refused. What neither list names is unknown. */
  readonly lacks?: readonly CapabilityName[];
  /** Other ids of the same model at that endpoint. */
  readonly aliases?: readonly string[];
  /** When the endpoint will stop serving it (ISO 8601). */
  readonly retiresAt?: string;
  /** Context window in tokens. */
  readonly contextLength?: number;
  readonly maxOutputTokens?: number;
  readonly format?: string;
  readonly family?: string;
  /** As the provider writes it, e.g. `7.6B`. */
  readonly parameterSize?: string;
  readonly quantization?: string;
  readonly sizeBytes?: number;
  readonly digest?: string;
  readonly ownedBy?: string;
  /** ISO 8601. */
  readonly modifiedAt?: string;
};

/** One place where a base model is served. */
export type Placement = {
  readonly uid: string;
  readonly connectionUid: string;
  /** The id to send to that endpoint. */
  readonly upstreamId: string;
  readonly facts: ModelFacts;
  /** Since when the endpoint's listings lack it (ISO 8601); `null` while it is listed. */
  readonly missingSince: string | null;
};

/** What connections list, as one row whatever the number of places. */
export type BaseModel = {
  readonly uid: string;
  /** Public name it owns, or the name it would have had when it is shadowed. */
  readonly id: string;
  /** Another connection owns the bare name; this one is callable as `<slug>/<id>`. */
  readonly shadowed: boolean;
  readonly placements: readonly Placement[];
  readonly firstSeenAt: string;
  readonly changedAt: string;
};
