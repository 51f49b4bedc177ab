/** Where one file goes that comes in. Each of these may reject: the disk is full, or was taken away. */
export type Destination = {
  write: (pieces: readonly Uint8Array<ArrayBuffer>[]) => Promise<void>
  /** All of it is written. Gives what is yet to be saved, if the destination is not one that the person chose. */
  finish: () => Promise<Kept | undefined>
  /** Nothing of it stays, also of a file that is being finished. Never rejects. */
  remove: () => Promise<void>
}

/** A whole file that this browser keeps, for its person to save it. */
export type Kept = { blob: Blob; forget: () => Promise<void> }

/** To be called while the press that accepts the file counts. `undefined`: the person chose no destination. */
export type OpenDestination = (name: string, size: number) => Promise<Destination | undefined>

/** What is saved is only saved: whatever its name, this browser does not show it as a page of ours. */
export const savedType = 'application/octet-stream'
