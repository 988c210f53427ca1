import { format } from "../../lib/format.ts";

const { number } = format;

type Note = {
  param: string;
  action: "renamed" | "converted" | "clamped" | "dropped";
  to?: string | undefined;
  reason: string;
};

export const enPlayground = {
  conversation: () => "Conversation",
  empty: () => "Choose a model and ask it something. Nothing of this is kept.",
  chooseModel: () => "Choose a model first.",
  writeFirst: () => "Write a message first.",
  message: () => "Message",
  send: () => "Send",
  stop: () => "Stop",
  clear: () => "Clear",
  question: () => "Question",
  answer: () => "Answer",
  answered: (p: { text: string }) => `Answered: ${p.text}`,
  reasoning: () => "Reasoning",
  waiting: () => "Waiting for the first word…",
  failed: () => "No answer",
  stopped: () => "Stopped",
  cut: () => "Cut off at the token limit",
  firstWord: (p: { time: string }) => `First word after ${p.time}`,
  usage: (p: { prompt: number; completion: number }) =>
    `${number(p.prompt)} → ${number(p.completion)} tokens`,
  note: (p: Note) => `${p.param} ${p.action}${p.to === undefined ? "" : ` to ${p.to}`}: ${p.reason}`,
};
