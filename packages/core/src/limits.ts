const KiB = 1024;
const MiB = 1024 * KiB;

/** Every bound in one table. Bytes unless the name says otherwise. Times in milliseconds end in `Ms`. */
export const limits = {
  /** Request bodies. */
  controlBodyBytes: MiB,
  importBodyBytes: 64 * MiB,
  inferenceBodyBytes: 32 * MiB,
  requestHeaderBytes: 16 * KiB,

  /** JSON nesting. */
  messageDepth: 64,
  jsonDepth: 32,
  customParamsDepth: 6,
  customParamsBytes: 16 * KiB,
  customParamsKeys: 200,

  /** What a provider may send. */
  upstreamHeaderBytes: 32 * KiB,
  upstreamFrameBytes: 8 * MiB,
  upstreamBodyBytes: 64 * MiB,
  /** A whole stream: far more than the longest answer with log probabilities. */
  upstreamStreamBytes: 256 * MiB,
  upstreamErrorBytes: 64 * KiB,
  upstreamModels: 5_000,

  /** Model records, counted in code points. */
  modelIdLength: 256,
  nameLength: 256,
  systemLength: 100_000,
  descriptionLength: 2_000,
  tagCount: 64,
  tagLength: 64,
  suggestionCount: 32,
  metaExtraBytes: 16 * KiB,
  imageBytes: 200 * KiB,
  /** Unused pictures that one run of the sweeper deletes. */
  imageSweepCount: 500,
  lifecycleNoteLength: 1_000,
  affectedUsers: 200,
  useDaysMax: 366,
  stopCount: 16,
  logitBiasCount: 1_000,
  messageCount: 2_000,
  choiceCount: 8,
  chainDepth: 8,
  aliasTargetCount: 16,
  pinnedModels: 100,
  orderedModels: 2_000,
  aliasWeightMax: 10_000,

  /** Lists. */
  pageSize: 30,
  pageSizeMax: 100,
  searchLength: 128,
  batchSize: 10,

  /** Versions of a record that can be looked at, and lines of the change log that are read to find them. */
  historyVersions: 500,
  pinsPerModel: 100,
  historyChanges: 5_000,

  /** Previews: models that are looked at, models times kinds of people, models and people that are named. */
  previewModels: 500,
  previewCells: 50_000,
  previewNamed: 100,

  /** Writes of many items: in one transaction, and at all. */
  operationItems: 1_000,
  operationItemsMax: 100_000,
  /** The change log: what the processes may still have to read, and for how long it tells who did what. */
  changeLogHours: 24,
  changeLogLines: 100_000,
  auditDays: 400,

  /** A model is gone after two listings without it so far apart; an empty list is believed the third time. */
  goneAfterMs: 60_000,
  emptyListingsBelieved: 3,
  /** Kept for each connection, newest first. */
  discoveryEvents: 5_000,
  discoveryPolicies: 100,
  archivedConnections: 200,
  /** Connections that are written as one set. */
  connectionEntries: 1_000,
  /** Models that one preview of a policy names; it counts all. */
  previewedModels: 500,
  /** After so long without a step, another process goes on with an operation. */
  operationAbandonedMs: 15_000,
  /** How long operations and the results of their items are kept. */
  operationDays: 30,

  /** Documents to export, plan and apply. YAML costs a hundred times what JSON costs to read: beyond a little, in a thread. */
  yamlBytes: 8 * MiB,
  yamlInlineBytes: 64 * KiB,
  yamlWorkerMebibytes: 1_536,
  yamlMs: 120_000,
  documentItems: 100_000,
  documentPage: 1_000,
  secretFileBytes: 8 * KiB,
  /** Bodies beyond the ordinary limit that are received at the same time. */
  largeBodies: 4,

  /** Waiting. */
  drainMs: 8_000,
  refreshWaitMs: 2_000,
  refreshEveryMs: 5_000,
  minRevisionWaitMs: 2_000,
  abortMs: 1_000,
  /** How long a process may serve after it last heard from the database. */
  leaseMs: 5_000,
  /** Silence of a stream before a comment keeps it alive: below the 60 s after which proxies hang up. */
  heartbeatMs: 15_000,

  /** Sessions. */
  sessionIdleMs: 12 * 60 * 60_000,
  /** A sign-in so long ago is enough for what opens the account from then on. */
  freshSessionMs: 15 * 60_000,
  passkeysPerUser: 20,
  /** Begun sign-ins with a passkey of one network in a minute, before the first pause. */
  passkeySignInsPerMinute: 60,
  sessionAbsoluteMs: 14 * 24 * 60 * 60_000,
  passwordLengthMin: 15,
  passwordLengthMax: 128,
  shownSessions: 200,
  /** One-time links: how long they are good for, and how many may be open. */
  invitationMs: 7 * 24 * 60 * 60_000,
  invitationDaysMax: 30,
  invitationsOpen: 1_000,
  passwordLinkMs: 24 * 60 * 60_000,
  invitedGroups: 50,
  /** People that one search for somebody to share with shows. */
  foundUsers: 20,

  /** Single sign-on: providers, rules of one, values of a claim that count, and what a provider may answer. */
  identityProviders: 20,
  ssoMappings: 500,
  ssoClaimValues: 500,
  ssoAnswerBytes: MiB,
  ssoAnswerMs: 10_000,
  /** From the redirect to the provider until it sends the person back. */
  ssoAttemptMs: 10 * 60_000,

  /** SCIM: tokens of directories, resources on a page, operations of one patch. */
  scimTokens: 20,
  scimPage: 100,
  scimOperations: 1_000,

  /** API keys. */
  keysPerUser: 50,
  keyNameLength: 64,
  keyModels: 500,
  keyPatterns: 50,
  keyLifeMs: 90 * 24 * 60 * 60_000,
  keyLifeMaxMs: 366 * 24 * 60 * 60_000,
  keyOverlapMinutesMax: 7 * 24 * 60,
} as const;
