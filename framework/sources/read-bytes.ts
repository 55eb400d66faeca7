/**
 * A file's bytes in pieces, unpacked where they are gzip (told by the first bytes, not by the name).
 * One piece is held at a time; what gzip unpacks to may be large, but not absurdly so.
 */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { pipeline } from "node:stream"
import { createGunzip } from "node:zlib"
import { reasonOf, SourceError } from "./SourceError.ts"

const pieceBytes = 1 << 18

/** Text packs 3 to 30 times. Past so many bytes, more than so many times is a bomb (deflate's bound is 1032). */
const bomb = { bytes: 1 << 26, ratio: 200 }

/** What the file system says, as our error. */
export const fileProblem = (path: string, thrown: unknown): SourceError => {
  if (thrown instanceof SourceError) return thrown
  const code = (thrown as { code?: string }).code ?? ""
  return code === "ENOENT" || code === "ENOTDIR"
    ? new SourceError({ code: "file-missing", place: path, expected: "a file", found: "none", advice: "Check the path." })
    : new SourceError({ code: "file-unreadable", place: path, expected: "a file that can be read",
      found: code === "EISDIR" ? "a folder" : reasonOf(thrown), advice: "Check what the path names and who may read it." })
}

/** The first bytes of a file as they lie there, at most `count`. */
export const firstBytes = async (path: string, count: number): Promise<Buffer> => {
  try {
    const file = await open(path, "r")
    try {
      const bytes = Buffer.alloc(count)
      const { bytesRead } = await file.read(bytes, 0, count, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw fileProblem(path, thrown)
  }
}

/** A file's bytes as they lie there. A piece is valid until the next one is asked for. */
async function* plainBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, "r")
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes)
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, null)
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function* unpackedBytes(path: string, name: string): AsyncGenerator<Buffer> {
  const packed = createReadStream(path, { highWaterMark: pieceBytes })
  const unpack = createGunzip({ chunkSize: pieceBytes })
  // errors of either come out of the loop below
  pipeline(packed, unpack, () => {})
  let unpackedCount = 0
  try {
    for await (const piece of unpack as AsyncIterable<Buffer>) {
      unpackedCount += piece.length
      if (unpackedCount > bomb.bytes && unpackedCount > bomb.ratio * unpack.bytesWritten) {
        throw new SourceError({
          code: "gzip-bomb", place: name, expected: `text, which packs to no less than 1/${bomb.ratio}`,
          found: `${unpackedCount} bytes out of ${unpack.bytesWritten}`, advice: "Unpack the file yourself if it is to be trusted."
        })
      }
      yield piece
    }
  } catch (thrown) {
    const code = (thrown as { code?: string }).code ?? ""
    if (!code.startsWith("Z_")) throw thrown
    throw new SourceError({
      code: "gzip-broken", place: name, expected: "a whole gzip file",
      found: code === "Z_BUF_ERROR" ? `one that is cut: it ends within packed data, after ${unpackedCount} bytes of text`
        : `damage after ${unpackedCount} bytes of text (${reasonOf(thrown)})`,
      advice: "Fetch or pack the file again."
    })
  } finally {
    unpack.destroy()
    packed.destroy()
  }
}

export const isGzip = (first: Buffer): boolean => first[0] === 0x1f && first[1] === 0x8b

/**
 * Bytes of a file, unpacked. A piece is valid until the next one is asked for.
 * @throws SourceError `file-missing`, `file-unreadable`, `gzip-broken`, `gzip-bomb`, `stopped`
 */
export async function* readBytes(path: string, name: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const bytes = isGzip(await firstBytes(path, 2)) ? unpackedBytes(path, name) : plainBytes(path)
  try {
    for await (const piece of bytes) {
      if (signal?.aborted === true) throw stopped(name)
      yield piece
    }
  } catch (thrown) {
    throw fileProblem(name, thrown)
  }
}

export const stopped = (place: string) => new SourceError({
  code: "stopped", place, expected: "to read to the end", found: "a wish to stop", advice: "Start again when you like."
})

/** SHA-256 of a file's bytes as they lie there, in hex. */
export const sha256OfFile = async (path: string, signal?: AbortSignal): Promise<string> => {
  const hash = createHash("sha256")
  try {
    for await (const piece of plainBytes(path)) {
      if (signal?.aborted === true) throw stopped(path)
      hash.update(piece)
    }
  } catch (thrown) {
    throw fileProblem(path, thrown)
  }
  return hash.digest("hex")
}
