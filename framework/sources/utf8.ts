/** Where a text stops being UTF-8. */

/**
 * Offset of the first byte that is not UTF-8; -1 if all is.
 * ```ts
 * firstInvalidByte(Buffer.from([0x61, 0xe9, 0x20])) // => 1
 * ```
 */
export const firstInvalidByte = (bytes: Uint8Array): number => {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!
    const more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : -1
    if (more === -1) return at
    // the second byte's range also keeps out overlong forms, surrogates and what is past U+10FFFF
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    for (let i = 1; i <= more; i++) {
      const byte = bytes[at + i]
      if (byte === undefined || byte < (i === 1 ? low : 0x80) || byte > (i === 1 ? high : 0xbf)) return at
    }
    at += more + 1
  }
  return -1
}
