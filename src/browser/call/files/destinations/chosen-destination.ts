import type { Destination } from './destination.ts'

/** As Chromium has it; the standard's types do not know it. */
type SaveFilePicker = (options: { suggestedName?: string }) => Promise<PickedFile>
type PickedFile = FileSystemFileHandle & { remove?: () => Promise<void> }

const picker = (): SaveFilePicker | undefined =>
  (globalThis as { showSaveFilePicker?: SaveFilePicker }).showSaveFilePicker

export const canChooseDestination = (): boolean => picker() !== undefined

/** A file that the person chooses: bytes go to the disk as they come. */
export async function chooseDestination(name: string): Promise<Destination | undefined> {
  const handle = await pick(name)
  if (!handle) return undefined
  const writable = await handle.createWritable()
  let closing: Promise<void> | undefined
  return {
    write: async (pieces) => writable.write(new Blob([...pieces])),
    async finish() {
      closing = writable.close()
      await closing
      return undefined
    },
    async remove() {
      // Rejects where a failed write has closed it already.
      await (closing ?? writable.abort()).catch(() => {})
      // The browser has made an empty file as soon as it was chosen.
      await handle.remove?.().catch((error) => console.warn(error))
    },
  }
}

async function pick(suggestedName: string): Promise<PickedFile | undefined> {
  const show = picker()
  if (!show) return undefined
  try {
    return await show({ suggestedName })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    // A name that it takes for a dangerous one.
    if (error instanceof TypeError) return await show({})
    throw error
  }
}
