/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'
import { Icon } from '../call-icons.tsx'

type Props = { t: CallText }

/**
 * The pictures of a call: a tile for each of the others and one's own. The tile of the first is there
 * from the start and has the ids; the page's script makes those of further people of the template.
 */
export const CallPictures: FC<Props> = ({ t }) => (
  <div id="call-pictures" class="call__pictures call-grid">
    <Tile t={t} first />
    <template id="call-tile">
      <Tile t={t} />
    </template>
    <div id="call-own-frame" class="call-tile call__own">
      <video id="call-own" muted playsinline autoplay aria-label={t.ownPicture} />
      <div class="call__placeholder" data-tile="off">
        <span class="call-avatar" data-tile="initial" aria-hidden="true" />
      </div>
      <Label t={t} />
      <Enlarge />
    </div>
    <button id="call-start-media" class="button call__start" type="button" hidden>
      {t.startMedia}
    </button>
    <p id="call-banner" class="call__banner" role="status" />
  </div>
)

const Tile: FC<Props & { first?: boolean }> = ({ t, first = false }) => {
  const id = (name: string) => (first ? name : undefined)
  return (
    <div class="call-tile">
      {/* biome-ignore lint/a11y/useMediaCaption: a conversation as it happens has none */}
      <video
        id={id('call-remote')}
        class="call__remote"
        data-tile="picture"
        data-call-sound
        playsinline
        autoplay
      />
      <div id={id('call-remote-off')} class="call__placeholder" data-tile="off">
        <span class="call-avatar" data-tile="initial" aria-hidden="true" />
        <p id={id('call-remote-note')} data-tile="note" />
      </div>
      <p class="call-tile__banner" data-tile="banner" hidden />
      <Label t={t} mutedId={id('call-remote-muted')} />
      <Enlarge />
    </div>
  )
}

/** The name and the marks. Of two the title has the name, and the mark its words. */
const Label: FC<Props & { mutedId?: string | undefined }> = ({ t, mutedId }) => (
  <div class="call-tile__label">
    <p class="call-tile__name">
      <bdi data-tile="name" />
    </p>
    <p id={mutedId} class="call__tag" data-tile="muted" hidden>
      <Icon name="microphone" slash />
      <span class="call-tile__words">{t.theirMicrophoneOff}</span>
    </p>
    <span class="call-tile__speaks">
      <Icon name="speaks" />
    </span>
  </div>
)

/** Over the whole tile; its name comes with the person. */
const Enlarge: FC = () => (
  <button class="call-tile__enlarge" type="button" data-tile="enlarge" aria-pressed="false" />
)
