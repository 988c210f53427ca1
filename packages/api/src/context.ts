import type {
  AccessService,
  AccountLinks,
  Accounts,
  Actor,
  AliasService,
  BaseNameService,
  AuditService,
  Catalog,
  ChatService,
  ClientInfo,
  ConnectionHealthBoard,
  ConnectionRefresher,
  ConnectionService,
  DiscoveryService,
  DocumentService,
  EventHub,
  GroupService,
  IdentityProviderService,
  KeyService,
  LifecycleService,
  ModelService,
  NameService,
  OllamaService,
  PreviewService,
  Passkeys,
  Passwords,
  PresentedCredential,
  ProviderParams,
  PresentationService,
  PolicyService,
  OperationService,
  PinService,
  ScimTokens,
  Secret,
  SecondFactors,
  Sessions,
  SettingsService,
  UserService,
} from "@corral/core";

/** The use cases that procedures call. The composition root makes them. */
export type ApiServices = {
  readonly access: AccessService;
  readonly accounts: Accounts;
  readonly aliases: AliasService;
  readonly baseNames: BaseNameService;
  readonly audit: AuditService;
  readonly catalog: Catalog;
  readonly board: ConnectionHealthBoard;
  readonly chat: ChatService;
  readonly connections: ConnectionService;
  readonly discovery: DiscoveryService;
  readonly documents: DocumentService;
  readonly events: EventHub;
  readonly groups: GroupService;
  readonly identityProviders: IdentityProviderService;
  readonly keys: KeyService;
  readonly lifecycles: LifecycleService;
  readonly links: AccountLinks;
  readonly models: ModelService;
  readonly names: NameService;
  readonly presentation: PresentationService;
  readonly ollama: OllamaService;
  readonly previews: PreviewService;
  readonly providerParams: ProviderParams;
  readonly policies: PolicyService;
  readonly operations: OperationService;
  readonly pins: PinService;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly settings: SettingsService;
  readonly refresher: Pick<ConnectionRefresher, "refreshAll" | "refreshAnew">;
  readonly scimTokens: ScimTokens;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  /** Sign-out at an identity provider. */
  readonly singleSignOn: { signOut(actor: Actor): Promise<URL | null> };
  readonly users: UserService;
};

/** What one request brings. */
export type ApiContext = {
  readonly services: ApiServices;
  /** `null` without a credential. */
  readonly actor: Actor | null;
  /** What the actor came with, for what renews it. */
  readonly presented: PresentedCredential;
  readonly client: ClientInfo;
  /**
   * Registers a call that lasts: to a provider, or of a listener.
   *
   * @returns What ends it: the client that leaves, its session or key that ends, the server that stops.
   */
  readonly beginCall: () => AbortSignal;
  /**
   * {@link beginCall} of an answer in pieces. tRPC finds out that the caller takes none only after the call was carried
   * out.
   *
   * @throws DomainError `invalid_input` where the caller takes none.
   */
  readonly beginStream: () => AbortSignal;
  /** Puts the session into the answer's cookie, or takes it out. */
  readonly session: { set(token: Secret, expiresAt: string): void; clear(): void };
};
