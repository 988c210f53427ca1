import { format } from "../../lib/format.ts";

const { list, number, plural } = format;

function stops(total: number, named: readonly string[]): string {
  const models = `${number(total)} ${plural(total, { one: "model stops", other: "models stop" })}`;
  const why = "because this account vouches for what it is built on";
  return named.length > 0 ? `${models}, ${why}: ${list(named)}.` : `${models}, ${why}.`;
}

export const enPerson = {
  title: () => "Person",
  loadFailed: () => "This account could not be loaded",
  notFound: () => "There is no such account",
  notFoundHint: () => "It may have been deleted, or the address is mistyped.",
  toUsers: () => "Open users",
  noGroups: () => "None",
  account: () => "Account",
  passwordLink: () => "Make a link",
  passwordLinkHint: () => "A link by which they choose a new one. The old one goes on until it is used.",
  passwordLinkFor: (p: { name: string }) => `Password link for ${p.name}`,
  passwordLinkFailed: (p: { name: string }) => `No link was made for ${p.name}`,
  sessions: () => "Sessions",
  signOut: () => "Sign out everywhere",
  signOutHint: () => "Ends all of them within seconds. API keys go on.",
  signOutFailed: (p: { name: string }) => `${p.name} was not signed out`,
  signedOut: (p: { name: string; count: number }) =>
    `${p.name}: ${number(p.count)} ${plural(p.count, { one: "session", other: "sessions" })} ended`,
  factors: () => "One-time codes and passkeys",
  resetFactors: () => "Take away",
  resetFactorsHint: () => "For somebody who has lost the app and the backup codes. The password stays.",
  resetFactorsTitle: (p: { name: string }) => `Take away the codes and passkeys of ${p.name}?`,
  resetFactorsConsequence: () =>
    "Their password alone lets them in from then on, and all their sessions end. Be sure that it is they who ask.",
  resetFactorsFailed: (p: { name: string }) => `Codes and passkeys of ${p.name} were not taken away`,
  factorsReset: (p: { name: string }) => `${p.name} signs in with the password alone`,
  suspension: () => "Suspension",
  suspended: () => "Suspended",
  suspendHint: () => "Sessions end and keys are refused. Models, grants and keys stay for the reinstatement.",
  reinstateHint: () => "They may sign in again, and their keys work again.",
  suspendTitle: (p: { name: string }) => `Suspend ${p.name}?`,
  suspendConsequence: (p: { total: number | undefined; stopped: readonly string[] }) =>
    [
      "Sessions end and keys are refused at once.",
      ...(p.total === undefined ? [] : [p.total === 0 ? "No model stops." : stops(p.total, p.stopped)]),
    ].join(" "),
  rights: () => "What they may do",
  rightsLoadFailed: () => "The rights could not be loaded",
  rightsHint: () => "Apart from single models, which are shared one by one.",
  rightsSuspended: () => "Nothing, while suspended. This is what the account would have:",
  rightsPending: () => "Nothing, until an administrator gives it a role. This is what a member would have:",
  rightsBypass: () => "And everything with everybody's models, as if they were their own.",
  rightsNoBypass: () => "Other people's models only as far as they are shared: the bypass is off.",
  may: () => "Allowed",
  mayNot: () => "Not allowed",
  noSource: () => "Nobody has granted it",
  source: {
    administrator: () => "as an administrator",
    default: () => "as every member",
    group: (p: { name: string }) => `through ${p.name}`,
  },
  permission: {
    "models.create": () => "Make custom models",
    "models.share": () => "Share models with people and groups",
    "models.share_public": () => "Share models with everybody",
    "models.import": () => "Import models",
    "models.export": () => "Export models",
    "keys.create": () => "Make API keys",
    "connections.read": () => "See connections",
    "users.read": () => "See accounts",
  },
  keys: () => "API keys",
  keysLoadFailed: () => "The keys could not be loaded",
  noKeys: () => "None.",
  newKey: () => "New key",
  allScopes: () => "do all that its owner may",
  scopes: () => "It may",
  scope: {
    "gateway:invoke": () => "call models",
    "models:read": () => "read the catalog",
    "models:write": () => "change models",
    "connections:read": () => "see connections",
    admin: () => "do what administrators do",
  },
  lifetime: {
    "30": () => "30 days",
    "90": () => "90 days",
    "180": () => "180 days",
    never: () => "No end: remember to end it yourself",
  },
  keyFacts: (p: { scopes: readonly string[]; until: string | undefined; used: string }) =>
    `May ${list(p.scopes)} · ${p.until === undefined ? "no end" : `until ${p.until}`} · last used: ${p.used}`,
  endKey: (p: { name: string }) => `End the key ${p.name}`,
  endKeyTitle: (p: { name: string }) => `End the key ${p.name}?`,
  endKeyHint: (p: { used: string }) => `Programs that use it are refused at once. Last used: ${p.used}.`,
  keyNotEnded: (p: { name: string }) => `The key ${p.name} was not ended`,
};
