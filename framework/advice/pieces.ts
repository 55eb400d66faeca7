/**
 * Lengths without a tokenizer, in *pieces*: a word (letters and marks, apostrophes within), a group of up to three digits,
 * or one sign of any other kind; white space stands between pieces and is none. English prose has about as many pieces as
 * tokens, mathematics somewhat more pieces: shares and places are close to those in tokens, counts are not exact.
 */
const piece = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*|\p{N}{1,3}|[^\s\p{L}\p{N}]/gu

/**
 * Where each piece starts, in characters, ascending.
 * ```ts
 * pieceStarts("It's 12345 = x") // => [0, 5, 8, 11, 13]
 * ```
 */
export const pieceStarts = (text: string): ReadonlyArray<number> => Array.from(text.matchAll(piece), ({ index }) => index)
