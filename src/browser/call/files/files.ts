import type { CallText } from '../../../text/call-pt.ts'
import { sayWithName } from '../panels/elements.ts'
import { maxTaken, openDestination } from './destinations/open-destination.ts'
import type { FileChannel } from './file-channel.ts'
import { createFileEnd, type FileEnd } from './file-end.ts'
import { fileName } from './file-name.ts'
import type { SentFile } from './outgoing-file.ts'
import type { Offer } from './receiving.ts'
import { createFileBubble, type FileBubble } from './view/file-bubble.ts'
import { createTransferRow, type TransferRow } from './view/transfer-row.ts'

export type FilesParts = {
  t: CallText
  nameOf: (key: string) => string
  /** Whether there is more than one other member. */
  isGroup: () => boolean
  /** Puts something into the chat, where it stays at least as long as `isActive`. */
  put: (element: HTMLElement, isActive: () => boolean) => void
  /** Something came that its person should look at. */
  arrived: (told: string) => void
  /** Says it aloud, once. */
  say: (text: string) => void
  problem: (text: string) => void
}

export type Files = {
  /** The way to another member, before it is open. */
  join: (key: string, channel: FileChannel) => void
  send: (files: readonly File[]) => Promise<void>
  /** A new call: nothing of the one before stays. */
  reset: () => void
}

type Member = { key: string; end: FileEnd }

/** Files that go straight from page to page, each asked for before it is taken. */
export function createFiles(parts: FilesParts): Files {
  const { t } = parts
  const now = () => performance.now()
  const members = new Set<Member>()
  let bubbles: FileBubble[] = []

  function put(bubble: FileBubble, rows: readonly TransferRow[]): void {
    bubbles.push(bubble)
    parts.put(bubble.element, () => rows.some((row) => !row.isOver()))
  }

  function offered(key: string, offer: Offer): void {
    const { name, size, file } = offer
    const from = parts.nameOf(key)
    const bubble = createFileBubble({ t, file: offer, own: false })
    const fits = size <= maxTaken()
    const row = createTransferRow({
      ...{ t, file: { name, size }, direction: 'in', say: parts.say, now },
      who: parts.isGroup() ? from : undefined,
      accept: fits ? () => file.accept() : undefined,
      stop: () => file.stop(),
    })
    file.watch(row.show)
    row.show({ at: 'offered' })
    bubble.add(row)
    if (!fits) bubble.note(line(t.files.tooLarge(t.files.size(maxTaken()))))
    put(bubble, [row])
    parts.arrived(t.files.offers(from, name, t.files.size(size)))
  }

  function join(key: string, channel: FileChannel): void {
    const member: Member = {
      key,
      end: createFileEnd({
        ...{ channel, openDestination, now },
        onOffer: (offer) => offered(key, offer),
        onClosed: () => members.delete(member),
      }),
    }
    members.add(member)
  }

  function offer(file: SentFile): void {
    const bubble = createFileBubble({ t, file, own: true })
    const rows: TransferRow[] = []
    for (const member of members) {
      const name = parts.nameOf(member.key)
      if (!member.end.takesFiles()) {
        bubble.note(lineWithName(t.files.cannotTake, name))
        continue
      }
      let stop = () => {}
      const row = createTransferRow({
        ...{ t, file, direction: 'out', say: parts.say, now },
        who: members.size > 1 ? name : undefined,
        stop: () => stop(),
      })
      stop = member.end.offer(file, row.show)
      rows.push(row)
      bubble.add(row)
    }
    put(bubble, rows)
  }

  return {
    join,
    async send(files) {
      for (const file of files) {
        const sent = await readable(file)
        if (members.size === 0) return parts.problem(t.files.nobody)
        if (sent) offer(sent)
        else parts.problem(t.files.unreadable(fileName(file.name)))
      }
    },
    reset() {
      for (const bubble of bubbles) bubble.forget()
      bubbles = []
    },
  }
}

/** Read piece by piece. `undefined` for what only looks like a file: a folder, or a file that may not be read. */
async function readable(file: File): Promise<SentFile | undefined> {
  const read = (from: number, to: number) => file.slice(from, to).arrayBuffer()
  try {
    await read(0, 1)
    return { name: fileName(file.name), size: file.size, read }
  } catch (error) {
    console.warn(error)
    return undefined
  }
}

function line(text: string): HTMLElement {
  const made = document.createElement('p')
  made.textContent = text
  return made
}

function lineWithName(sentence: (name: string) => string, name: string): HTMLElement {
  const made = document.createElement('p')
  sayWithName(made, sentence, name)
  return made
}
