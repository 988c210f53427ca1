const row = (text: string): string[] => [text, Array.from(text).toReversed().join("")];

/** Along these, people let their fingers run. */
export const keyboardRuns: readonly string[] = [
  ...row("abcdefghijklmnopqrstuvwxyz"),
  ...row("01234567890123456789"),
  ...row("qwertyuiopasdfghjklzxcvbnm"),
  ...row("qwertzuiopasdfghjklyxcvbnm"),
  ...row("azertyuiopqsdfghjklmwxcvbn"),
  ...row("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p"),
  ...row("1q2w3e4r5t6y7u8i9o0p"),
];

/** Cores of the passwords that are tried first; those below 15 characters by themselves still come with endings. */
export const commonWords: readonly string[] = (
  "password passwort passw0rd p@ssw0rd p@ssword motdepasse contraseña contrasena parola senha haslo heslo " +
  "admin administrator root user guest test testing default changeme change_me changeit letmein welcome willkommen " +
  "secret geheim master superman batman spiderman pokemon starwars football fussball baseball basketball soccer hockey " +
  "iloveyou ichliebedich jetaime loveyou trustno1 monkey dragon shadow sunshine princess prinzessin michael jordan " +
  "jennifer charlie thomas andrew joshua ashley daniel jessica mustang harley ranger hunter killer buster tigger " +
  "computer internet samsung google facebook microsoft windows linux ubuntu server database postgres postgresql mysql " +
  "oracle cisco router switch qwerty qwertz azerty asdf asdfgh zxcvbn abc123 abcdef whatever freedom flower cookie " +
  "summer sommer winter spring autumn herbst january february march april june july august september october november " +
  "december monday tuesday wednesday thursday friday saturday sunday corral ollama openai chatgpt llama demo example " +
  "company login access temp temporary initial hello hallo bonjour ninja matrix phoenix liverpool chelsea arsenal barcelona"
).split(" ");
