import type { CallText } from '../../../text/call-pt.ts'
import { isolated } from '../../../text/isolated.ts'
import { initialOf } from '../call-texts.ts'
import type { Shown } from '../connection/channel-message.ts'
import { say, showTracks } from '../panels/elements.ts'
import type { Member } from './member.ts'
import { partsOf, shapeOf } from './tile-parts.ts'

/** The ids that the parts of the first tile have; a call of two has no other tile. */
const firstIds = {
  picture: 'call-remote',
  off: 'call-remote-off',
  note: 'call-remote-note',
  muted: 'call-remote-muted',
} as const

export type Tile = {
  readonly root: HTMLElement
  readonly picture: HTMLVideoElement
  member: (member: Member) => void
  shown: (shown: Shown | undefined) => void
  setFirst: (first: boolean) => void
  /** The width of its picture by the height; `undefined` where none is shown. */
  shape: () => number | undefined
  /** The name of the person, where a screen is shown in it. */
  sharedBy: () => string | undefined
  /** As before the first person. */
  clear: () => void
}

/** The picture of one of the others, with their name and what there is to know of them. */
export function createTile(t: CallText, root: HTMLElement): Tile {
  const { picture, ...parts } = partsOf(root, ['note', 'banner', 'muted'])
  let member: Member | undefined
  let shown: Shown | undefined

  const isPictured = () =>
    member?.link !== 'connecting' && shown !== undefined && (shown.camera || shown.sharing)
  const isSharing = () => isPictured() && shown?.sharing === true

  function show(): void {
    const { name = '', link = 'connecting' } = member ?? {}
    const isBroken = link === 'broken'
    say(parts.name, name)
    say(parts.initial, initialOf(name))
    parts.off.hidden = isPictured()
    say(parts.note, noteOf(link, shown))
    parts.muted.hidden = link === 'connecting' || shown === undefined || shown.microphone
    parts.banner.hidden = !isBroken
    say(parts.banner, isBroken ? t.tileReconnecting : '')
    root.toggleAttribute('data-sharing', isSharing())
    parts.enlarge.setAttribute('aria-label', t.enlarge(isolated(name)))
    picture.setAttribute('aria-label', (isSharing() ? t.theyShare : t.pictureOf)(isolated(name)))
  }

  function noteOf(link: Member['link'], shown: Shown | undefined): string {
    if (link === 'connecting') return t.connecting
    return link === 'broken' && shown === undefined ? '' : t.theirCameraOff
  }

  return {
    root,
    picture,
    member(next) {
      member = next
      show()
    },
    shown(next) {
      shown = next
      show()
    },
    setFirst(first) {
      for (const [part, id] of Object.entries(firstIds)) {
        const element = part === 'picture' ? picture : parts[part as keyof typeof parts]
        if (first) element.id = id
        else if (element.id === id) element.removeAttribute('id')
      }
    },
    shape: () => (isPictured() ? shapeOf(picture) : undefined),
    sharedBy: () => (isSharing() ? member?.name : undefined),
    clear() {
      member = undefined
      shown = undefined
      showTracks(picture)
      root.removeAttribute('data-speaking')
      show()
    },
  }
}
