/** What the tiny model says. Each script begins after the control token with which the chat template ends a prompt. */
export const tinyModelScripts = {
  /** The last message holds no word below. */
  answer: { control: "<|t|>", text: "Hello from a tiny model. One two three four five.", endless: false },
  /** Tools are given and the last message is the user's. */
  toolCall: {
    control: "<|k|>",
    text: '<tool_call>\n{"name": "get_flag", "arguments": {"on": true}}\n</tool_call>',
    endless: false,
  },
  /** The last message holds THINK. */
  reasoning: {
    control: "<think>",
    text: "\nLet me think about it briefly.\n</think>\n\nThe answer is forty two.",
    endless: false,
  },
  /** The last message holds JSON. */
  json: { control: "<|j|>", text: '{"a": "x", "n": true}', endless: false },
  /** The last message holds LOOP: never ends by itself. */
  loop: { control: "<|l|>", text: " tick tock", endless: true },
} as const;

/** The reasoning script as llama.cpp splits it: the white space around the closing tag stays on both sides. */
export const tinyModelReasoning = {
  reasoning: "Let me think about it briefly.\n",
  conclusion: "\nThe answer is forty two.",
} as const;

/** Lets only one answer pass, which no script gives: the model obeys it or it was lost on the way. */
export const obeyedSchema = {
  type: "object",
  properties: { a: { const: "y" }, n: { const: true } },
  required: ["a", "n"],
  additionalProperties: false,
};
export const obeyedAnswer = { a: "y", n: true };

export const turnTokens = { start: "<|im_start|>", end: "<|im_end|>" } as const;

const { answer, toolCall, reasoning, json, loop } = tinyModelScripts;

/** In the form that llama.cpp recognizes as "tool calls in tags, reasoning in `<think>`". */
export const tinyModelTemplate = `{%- if tools %}<|im_start|>system
<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>
For each call return <tool_call>
{"name": <name>, "arguments": <object>}
</tool_call><|im_end|>
{% endif %}
{%- for m in messages %}
{%- if m.role == 'tool' %}<|im_start|>user
<tool_response>
{{ m.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ m.role }}
{%- if m.role == 'assistant' and m.reasoning_content %}
<think>
{{ m.reasoning_content }}
</think>
{% endif %}
{%- if m.content %}
{{ m.content }}
{%- endif %}
{%- if m.tool_calls %}
{%- for tc in m.tool_calls %}
<tool_call>
{"name": "{{ tc.function.name }}", "arguments": {{ tc.function.arguments | tojson }}}
</tool_call>
{%- endfor %}
{%- endif %}<|im_end|>
{% endif %}
{%- endfor %}
{%- set last = messages[-1] %}
{%- set text = last.content if last.content is string else '' %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% if tools and last.role == 'user' %}${toolCall.control}{% elif 'JSON' in text %}${json.control}{% elif 'LOOP' in text %}${loop.control}{% elif 'THINK' in text %}${reasoning.control}{% else %}${answer.control}{% endif %}{% endif %}`;
