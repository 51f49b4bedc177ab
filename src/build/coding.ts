/** How a body may be sent: by its name in HTTP (RFC 9110, section 8.4.1); `identity` is as it is. */
export type Coding = 'br' | 'gzip' | 'identity'

/** The end of the name of a file that is kept in that coding. */
export const endings = { br: '.br', gzip: '.gz' } as const

/** Whether a file of that name is compressed already: a coding would make it larger. */
export const isDense = (name: string): boolean => name.endsWith('.png')

type Bytes = Uint8Array<ArrayBuffer>

/**
 * `small` takes a tenth of a second for each file: for what is done once and kept. `at-once` takes a
 * microsecond for each KB: for what is made for one answer.
 */
type Effort = 'small' | 'quick' | 'at-once'

const gzipLevels = { small: 12, quick: 6, 'at-once': 1 } as const
/** As Brotli counts them: 11 is the most. */
const brotliQualities = { small: 11, quick: 5, 'at-once': 1 } as const

export function encode(coding: Coding, body: Bytes, effort: Effort): Bytes {
  switch (coding) {
    case 'br': {
      // Loaded here, as a start from a kept build never comes here.
      const { brotliCompressSync, constants } = require('node:zlib') as typeof import('node:zlib')
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: brotliQualities[effort],
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      }
      return new Uint8Array(brotliCompressSync(body, { params }))
    }
    case 'gzip':
      return Bun.gzipSync(body, { library: 'libdeflate', level: gzipLevels[effort] })
    case 'identity':
      return body
  }
}
