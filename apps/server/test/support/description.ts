/** As much of `/openapi.json` as its tests read. */
export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly schemas: object;
    readonly responses: Readonly<Record<string, DescribedResponse>>;
  };
};

export type DescribedOperation = {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, DescribedMedia>> };
  readonly responses: Readonly<Record<string, DescribedResponse | Reference>>;
};

export type DescribedResponse = {
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Readonly<Record<string, DescribedMedia>>;
};

export type DescribedMedia = {
  readonly schema?: object;
  readonly "x-item-schema"?: object;
  readonly example?: unknown;
};

export type Reference = { readonly $ref: string };

/** Where the test files of one run share it. */
export const descriptionFile = "description.json";
