import { type Destination, savedType } from './destination.ts'

/** The last resort: all of it is in memory until it is saved. */
export const maxInMemory = 256 * 1024 * 1024

/** Of so many bytes a browser makes a blob, which it may put on disk. */
const blobBytes = 4 * 1024 * 1024

export function memoryDestination(): Destination {
  let blobs: Blob[] = []
  let pieces: BlobPart[] = []
  let bytes = 0

  function pack(): void {
    blobs.push(new Blob(pieces))
    pieces = []
    bytes = 0
  }

  return {
    async write(more) {
      pieces.push(...more)
      bytes += more.reduce((sum, { byteLength }) => sum + byteLength, 0)
      if (bytes >= blobBytes) pack()
    },
    async finish() {
      pack()
      return { blob: new Blob(blobs, { type: savedType }), forget: async () => {} }
    },
    async remove() {
      blobs = []
      pieces = []
    },
  }
}
