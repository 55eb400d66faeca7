/**
 * The bijection of byte-level BPE: each of the 256 bytes has one printable character, so that tokens can be written as text.
 * Printable Latin-1 bytes stand for themselves; the others take the characters from U+0100 on, in the order of the bytes.
 * Source: the GPT-2 encoder's `bytes_to_unicode`, as every byte-level tokenizer.json uses it.
 */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)

const byteOfCode = (() => {
  const table = new Int16Array(0x144).fill(-1)
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) table[isPrintable(byte) ? byte : next++] = byte
  return table
})()

/** The byte that a character of the alphabet (its UTF-16 code) stands for, or -1 if it is not of the alphabet. */
export const byteOf = (code: number): number => code < byteOfCode.length ? byteOfCode[code]! : -1

const codeOfByte = (() => {
  const table = new Uint16Array(256)
  byteOfCode.forEach((byte, code) => { if (byte !== -1) table[byte] = code })
  return table
})()

/** Bytes as characters of the alphabet. */
export const writtenBytes = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) text += String.fromCharCode(codeOfByte[byte]!)
  return text
}
