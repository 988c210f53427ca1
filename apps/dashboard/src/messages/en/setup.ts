export const enSetup = {
  admin: () => "Administrator",
  adminDone: () => "done",
  connect: () => "Connect a provider",
  connectDone: () => "done",
  first: () => "First request",
  code: () => "Setup code",
  codeHelp: () => "The server printed it at its start, as a part of an address.",
  codeGiven: () => "Taken from the address that you opened.",
  createAdministrator: () => "Create the administrator",
  localOllama: ({ count }: { count: number }) =>
    `Ollama answers on this machine. Models: ${count}. Connect it as it stands here.`,
  connectHint: () =>
    "Corral lists the models it finds there. Until you share them, only administrators see them.",
  connectNow: () => "Save connection",
  later: () => "Later",
  firstHint: () =>
    "Models arrive in the background. Ask one of them something here, or call it from a program with a key.",
  openPlayground: () => "Open the playground",
  makeKey: () => "Make an API key",
};
