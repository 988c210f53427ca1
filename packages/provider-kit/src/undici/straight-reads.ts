import type { Socket } from "node:net";

/**
 * Lets undici have what a socket reads in the turn in which it arrives. By itself a socket queues each read and says a
 * turn later that there is something, which costs a relay of small frames more than what is done to the frames.
 *
 * What undici does not take at once, as while its reader is behind, waits in the socket as ever.
 */
export function readStraight(socket: Socket): void {
  const push = socket.push.bind(socket);
  const read = socket.read.bind(socket);
  let given: unknown = null;
  let isGiving = false;

  socket.push = (bytes: unknown, encoding) => {
    // What waits already comes first; the end has to pass what the socket does about it.
    if (bytes === null || isGiving || socket.readableLength > 0) return push(bytes, encoding);
    given = bytes;
    isGiving = true;
    try {
      socket.emit("readable");
    } finally {
      isGiving = false;
    }
    const rest = given;
    given = null;
    return rest === null || push(rest, encoding);
  };

  socket.read = (size) => {
    const bytes = given;
    given = null;
    if (bytes !== null) return bytes;
    return isGiving && socket.readableLength === 0 ? null : read(size);
  };
}
