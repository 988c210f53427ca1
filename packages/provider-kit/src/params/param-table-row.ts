/** What becomes of one parameter on its way to a provider, for people: a line of the table in the provider's README. */
export type ParamTableRow = {
  readonly param: string;
  /** The field of the request, or what else it turns into. */
  readonly becomes: string;
  readonly range: string;
  /** The version or model from which it counts; empty where it always did. */
  readonly since: string;
  readonly note: string;
};
