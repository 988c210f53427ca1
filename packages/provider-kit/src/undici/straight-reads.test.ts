import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { readStraight } from "./straight-reads.ts";

/** Both ends of a connection, the first of which reads straight. */
async function openPair(): Promise<AsyncDisposable & { readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  // safe: a listening TCP server has such an address
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(near, "connect");
  // safe: what a TCP server accepts
  const [far] = (await accepted) as [Socket];
  readStraight(near);
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      near.destroy();
      far.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function readText(socket: Socket): string | undefined {
  // safe: a socket without an encoding has nothing else
  const bytes = socket.read() as Buffer | null;
  return bytes?.toString();
}

/** Reads as undici does: all that there is, whenever there is something. */
function readAll(
  socket: Socket,
  isReading: () => boolean = () => true,
): { text: string; readonly read: () => void } {
  const taken = {
    text: "",
    read: () => {
      while (isReading()) {
        const text = readText(socket);
        if (text === undefined) return;
        taken.text += text;
      }
    },
  };
  socket.on("readable", taken.read);
  return taken;
}

describe("readStraight", () => {
  it("gives what arrives in the turn in which it arrives", async () => {
    await using pair = await openPair();
    const taken = readAll(pair.near);
    const atOnce: string[] = [];
    const push = pair.near.push.bind(pair.near);
    pair.near.push = (...given) => {
      const wantsMore = push(...given);
      atOnce.push(taken.text);
      return wantsMore;
    };

    for (const text of ["one ", "two ", "three"]) {
      const before = taken.text;
      pair.far.write(text);
      await expect.poll(() => taken.text).toBe(before + text);
    }

    expect(atOnce).toEqual(["one ", "one two ", "one two three"]);
  });

  it("keeps what is not taken, in order, and says its end after it", async () => {
    await using pair = await openPair();
    let isReading = false;
    const taken = readAll(pair.near, () => isReading);
    const ended = once(pair.near, "end");

    pair.far.write("first, ");
    await expect.poll(() => pair.near.readableLength).toBe("first, ".length);
    pair.far.write("second, ");
    await expect.poll(() => pair.near.readableLength).toBe("first, second, ".length);
    isReading = true;
    pair.far.end("third");
    await ended;

    expect(taken.text).toBe("first, second, third");
  });

  it("stops reading while much waits, and goes on when it is taken", async () => {
    await using pair = await openPair();
    let isReading = false;
    const taken = readAll(pair.near, () => isReading);
    const sent = "x".repeat(32 * 1024 * 1024);

    pair.far.end(sent);
    await expect.poll(() => pair.near.readableLength).toBeGreaterThanOrEqual(pair.near.readableHighWaterMark);
    const waiting = pair.near.readableLength;
    await pause(200);
    expect(pair.near.readableLength).toBe(waiting);
    expect(waiting).toBeLessThan(1024 * 1024);
    isReading = true;
    const ended = once(pair.near, "end");
    taken.read();
    await ended;

    expect(taken.text).toBe(sent);
  });

  it("takes back what its reader returns", async () => {
    await using pair = await openPair();
    const texts: string[] = [];
    pair.near.on("readable", () => {
      const text = readText(pair.near);
      if (text === undefined) return;
      texts.push(text.slice(0, 1));
      if (text.length > 1) pair.near.unshift(text.slice(1));
    });

    pair.far.write("abc");

    await expect.poll(() => texts.join("")).toBe("abc");
  });
});
