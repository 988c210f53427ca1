import { fc, test as property } from "@fast-check/vitest";
import { limits } from "@corral/core";
import { describe, expect, test } from "vitest";
import type { FrameParser } from "./frame-parser.ts";
import { createNdjsonParser } from "./ndjson-parser.ts";
import { createServerSentEventsParser } from "./server-sent-events-parser.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function parseAll<Frame>(parser: FrameParser<Frame>, chunks: readonly Uint8Array[]): Frame[] {
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

const eventOf = (data: Uint8Array) => [bytesOf("data: "), data, bytesOf("\n\n")];
const lineOf = (bytes: number) => bytesOf(`"${"a".repeat(bytes - 2)}"`);
const parseLines = (text: string) => parseAll(createNdjsonParser(), [bytesOf(text)]);

function parseEvents(text: string): string[] {
  return parseAll(createServerSentEventsParser(), [bytesOf(text)]).map((event) => event.data);
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return offsets.slice(1).map((offset, at) => bytes.subarray(offsets[at], offset));
}

describe("server-sent events", () => {
  test.each([
    ["LF", "data: a\n\ndata: b\n\n"],
    ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n"],
    ["CR", "data: a\r\rdata: b\r\r"],
    ["comments", ": OPENROUTER PROCESSING\n\ndata: a\n\n:\n: keep-alive\ndata: b\n\n"],
    ["a byte order mark", "\uFEFFdata: a\n\ndata: b\n\n"],
    ["no space after the colon", "data:a\n\ndata:b\n\n"],
    ["no blank line at the end", "data: a\n\ndata: b"],
    ["other fields", "event: x\nid: 1\nretry: 10\ndata: a\n\nunknown: y\ndata: b\n\n"],
    ["blank lines before", "\n\n\ndata: a\n\n\n\ndata: b\n\n"],
  ])("[vector 8] reads two events with %s", (_, text) => {
    expect(parseEvents(text)).toEqual(["a", "b"]);
  });

  test("[vector 8] joins several data lines, and keeps all spaces but the first", () => {
    expect(parseEvents("data:  a\ndata:\ndata: b\n\n")).toEqual([" a\n\nb"]);
  });

  test("names the event, and forgets the name after it", () => {
    const events = parseAll(createServerSentEventsParser(), [
      bytesOf("event: error\ndata: a\n\ndata: b\n\n"),
    ]);

    expect(events).toEqual([
      { event: "error", data: "a" },
      { event: "", data: "b" },
    ]);
  });

  test("marks an event that the end of the stream may have cut", () => {
    const events = parseAll(createServerSentEventsParser(), [bytesOf('data: a\n\ndata: {"b')]);

    expect(events.map((event) => event.isUnfinished)).toEqual([undefined, true]);
  });

  test("gives a bare line of JSON, where servers report errors", () => {
    expect(parseEvents('data: a\n\n{"error":"out of memory"}\n')).toEqual(["a", '{"error":"out of memory"}']);
  });

  test("[vector 8] takes an event of 8 MiB, and refuses one more byte", () => {
    const payload = new Uint8Array(limits.upstreamFrameBytes).fill(0x61);

    const [taken] = parseAll(createServerSentEventsParser(), eventOf(payload));

    expect(taken?.data.length).toBe(limits.upstreamFrameBytes);
    expect(() =>
      parseAll(createServerSentEventsParser(), eventOf(new Uint8Array(payload.length + 1).fill(0x61))),
    ).toThrow(/more than \d+ bytes/u);
  });

  test("refuses an event of many lines that is too large in all", () => {
    const parser = createServerSentEventsParser(100);

    expect(() => parser.push(bytesOf("data: 0123456789\n".repeat(20)))).toThrow(/more than 100 bytes/u);
  });
});

describe("newline-delimited JSON", () => {
  test("reads a value a line, with or without the last line's end", () => {
    expect(parseLines('{"a":1}\n\n  \r\n{"b":2}\n{"c":3}')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  test.each([
    ["a line that is not JSON", '{"a":1}\nnonsense\n', "upstream_invalid_response"],
    ["a web page", "<html></html>", "upstream_invalid_response"],
    ["a last line that was cut off", '{"a":1}\n{"b":', "upstream_truncated"],
  ])("refuses %s", (_, text, code) => {
    expect(() => parseLines(text)).toThrow(expect.objectContaining({ code }));
  });

  test("[vector 8] takes a line of 8 MiB, and refuses one more byte before it has ended", () => {
    const parser = createNdjsonParser();

    expect(parseAll(createNdjsonParser(), [lineOf(limits.upstreamFrameBytes)])).toHaveLength(1);
    expect(() => parser.push(lineOf(limits.upstreamFrameBytes + 1))).toThrow(/more than \d+ bytes/u);
  });

  test("[vector 32] refuses nesting that would overflow whoever walks it, and survives", () => {
    expect(() => parseLines(`${"[".repeat(10_000)}${"]".repeat(10_000)}\n`)).toThrow(/too deep/u);
    expect(parseLines(`${"[".repeat(64)}${"]".repeat(64)}\n`)).toHaveLength(1);
    expect(parseLines(`"${"[".repeat(10_000)}"\n`)).toHaveLength(1);
  });
});

describe("chunks", () => {
  const cuts = fc.array(fc.nat(400), { maxLength: 40 });
  const sse = bytesOf('\uFEFFdata: Grüße\r\n\r\n: x\r\ndata: 世\r\ndata:界\r\revent: e\ndata: {"🐎":1}\n\n');
  const ndjson = bytesOf('{"text":"Grüße"}\n\n{"text":"世界 🐎"}\n{"last":true}');

  property.prop([cuts])("[vector 8] server-sent events do not depend on how the bytes are cut", (offsets) => {
    const whole = parseAll(createServerSentEventsParser(), [sse]);

    expect(parseAll(createServerSentEventsParser(), cutAt(sse, offsets))).toEqual(whole);
  });

  const plain = fc.stringMatching(/^data: (?:[ -~]|ü|🐎){0,20}\n\n$/u);
  const odd = fc.constantFrom(
    ": x\n\n",
    "data:a\n\n",
    "event: e\n",
    "data: a\n",
    "data: \r\n\r\n",
    "\n\n",
    '{"b":1}\n',
  );

  property.prop([fc.array(fc.oneof(plain, odd), { maxLength: 8 })])(
    "[vector 8] reads of whole events give what single bytes give",
    (reads) => {
      const chunks = reads.map(bytesOf);
      const bytes = [...bytesOf(reads.join(""))].map((byte) => new Uint8Array([byte]));
      const whole = parseAll(createServerSentEventsParser(), [bytesOf(reads.join(""))]);

      expect(whole).toEqual(parseAll(createServerSentEventsParser(), bytes));
      expect(parseAll(createServerSentEventsParser(), chunks)).toEqual(whole);
    },
  );

  property.prop([cuts])("[vector 8] lines do not depend on how the bytes are cut", (offsets) => {
    expect(parseAll(createNdjsonParser(), cutAt(ndjson, offsets))).toEqual(
      parseAll(createNdjsonParser(), [ndjson]),
    );
  });
});
