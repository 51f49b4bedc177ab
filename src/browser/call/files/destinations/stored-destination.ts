import { type Destination, savedType } from './destination.ts'

/** Each tab has a folder of its own in what the browser stores for us, and a lock of that name for as long as it lives. */
const prefix = 'received-'

let own: Promise<FileSystemDirectoryHandle> | undefined
let count = 0

/** Whether bytes can go to the disk without a chosen destination: the browser's own folder for this site. */
export const canStore = (): boolean =>
  navigator.storage?.getDirectory !== undefined &&
  navigator.locks !== undefined &&
  'createWritable' in FileSystemFileHandle.prototype

/** Rejects in private windows that store nothing. */
export async function storedDestination(): Promise<Destination> {
  own ??= openFolder()
  const folder = await own
  count += 1
  const name = String(count)
  const handle = await folder.getFileHandle(name, { create: true })
  const writable = await handle.createWritable()
  let closing: Promise<void> | undefined
  const forget = () => folder.removeEntry(name).catch(unlessGone)
  return {
    write: async (pieces) => writable.write(new Blob([...pieces])),
    async finish() {
      closing = writable.close()
      await closing
      const file = await handle.getFile()
      return { blob: file.slice(0, file.size, savedType), forget }
    },
    async remove() {
      // Rejects where a failed write has closed it already.
      await (closing ?? writable.abort()).catch(() => {})
      await forget()
    },
  }
}

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  const name = prefix + crypto.randomUUID()
  await new Promise<void>((held) => {
    // Until this page goes.
    void navigator.locks.request(name, () => {
      held()
      return new Promise(() => {})
    })
  })
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(name, { create: true })
}

/** Removes what tabs have left that are closed by now. */
export async function removeLeftovers(): Promise<void> {
  if (!canStore()) return
  const root = await navigator.storage.getDirectory()
  for await (const name of root.keys()) {
    if (!name.startsWith(prefix)) continue
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await root.removeEntry(name, { recursive: true }).catch(unlessGone)
    })
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'NotFoundError')) console.warn(error)
}
