import { expect, test } from "vitest";
import { password } from "./support/people.ts";
import { query } from "./support/query.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

const people = 50;
const rounds = 20;

type SignUp = (server: TestServer, at: number) => Promise<Response>;

const post = (server: TestServer, path: string, body: object): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password, ...body }),
  });

/** Every path on which somebody can sign up. */
const paths: readonly SignUp[] = [
  (server, at) =>
    post(server, "/trpc/auth.signUp", {
      email: `person-${at}@example.com`,
      name: `Person ${at}`,
      setupCode: server.setupCode,
    }),
  (server, at) =>
    post(server, "/api/v1/auths/signup", { email: `person-${at}@example.com`, setup_code: server.setupCode }),
];

test(
  "AUTH-1: of fifty first sign-ups at once with the right code, over tRPC and REST, one is let in, twenty times over",
  { timeout: 240_000 },
  async () => {
    for (let round = 0; round < rounds; round += 1) {
      await using server = await startTestServer();

      const answers = await Promise.all(
        Array.from({ length: people }, async (_, at) => {
          const signUp = paths[at % paths.length] ?? post.bind(null, server, "/");
          const answer = await signUp(server, at);
          return { status: answer.status, text: await answer.text() };
        }),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.every(({ status }) => status === 403 || status === 503)).toBe(true);
      expect(refused.every(({ text }) => /signup_closed|overloaded/u.test(text))).toBe(true);
      expect(await query(server, "select role, status from users")).toStrictEqual([
        { role: "admin", status: "active" },
      ]);
      expect(await query(server, "select count(*)::int as n from accounts")).toStrictEqual([{ n: 1 }]);
      for (const [at, signUp] of paths.entries()) {
        const late = await signUp(server, people + at);
        expect([late.status, await late.text()]).toStrictEqual([
          403,
          expect.stringContaining("signup_closed"),
        ]);
      }
    }
  },
);
