import type { CallText } from '../../../text/call-pt.ts'
import { initialOf } from '../call-texts.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { block, say, showTracks } from '../panels/elements.ts'
import { partsOf, shapeOf } from './tile-parts.ts'

export type OwnTile = {
  readonly root: HTMLElement
  readonly picture: HTMLVideoElement
  show: (several: boolean) => void
  shape: () => number | undefined
}

/** One's own picture: small over the other's in a call of two, one of the tiles in a larger one. */
export function createOwnTile(t: CallText, local: LocalMedia): OwnTile {
  const root = block('call-own-frame')
  const { picture, off, initial, name, muted, enlarge } = partsOf(root)
  say(name, t.you)
  say(initial, initialOf(document.body.dataset.me ?? ''))
  enlarge.setAttribute('aria-label', t.enlargeOwn)

  return {
    root,
    picture,
    show(several) {
      const { video, shown } = local.sent()
      showTracks(picture, video)
      root.hidden = !several && video === undefined
      off.hidden = video !== undefined
      muted.hidden = !several || shown.microphone
      root.toggleAttribute('data-sharing', shown.sharing)
      // As in a mirror: one's own face, and nothing that is to be read or found.
      const isMirrored = !shown.sharing && video?.getSettings().facingMode !== 'environment'
      root.classList.toggle('call__own--screen', !isMirrored)
    },
    shape: () => (picture.srcObject === null ? undefined : shapeOf(picture)),
  }
}
