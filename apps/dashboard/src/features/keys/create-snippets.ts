export type Snippets = { curl: string; typescript: string; python: string };

/** First calls against this gateway, with the key in place; the model is left to choose. */
export function createSnippets({ origin, key }: { origin: string; key: string }): Snippets {
  const baseUrl = `${origin}/v1`;
  return {
    curl: [
      `curl ${baseUrl}/chat/completions \\`,
      `  -H "Authorization: Bearer ${key}" \\`,
      `  -H "Content-Type: application/json" \\`,
      `  -d '{"model": "MODEL", "messages": [{"role": "user", "content": "Hello"}]}'`,
    ].join("\n"),
    typescript: [
      `import OpenAI from "openai";`,
      ``,
      `const client = new OpenAI({ baseURL: "${baseUrl}", apiKey: "${key}" });`,
      `const answer = await client.chat.completions.create({`,
      `  model: "MODEL",`,
      `  messages: [{ role: "user", content: "Hello" }],`,
      `});`,
      `console.log(answer.choices[0].message.content);`,
    ].join("\n"),
    python: [
      `from openai import OpenAI`,
      ``,
      `client = OpenAI(base_url="${baseUrl}", api_key="${key}")`,
      `answer = client.chat.completions.create(`,
      `    model="MODEL",`,
      `    messages=[{"role": "user", "content": "Hello"}],`,
      `)`,
      `print(answer.choices[0].message.content)`,
    ].join("\n"),
  };
}
