/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'
import { DeviceField, OwnPicture } from '../call-panels.tsx'

type Props = { t: CallText }

/** Whether camera, microphone and speaker work, before anybody is called. Without the script nothing is tried. */
export const Readiness: FC<Props> = ({ t }) => (
  <>
    <button id="readiness-button" class="button button--link needs-script" type="button">
      {t.tryDevices}
    </button>
    <ReadinessDialog t={t} />
  </>
)

const ReadinessDialog: FC<Props> = ({ t }) => (
  <dialog id="readiness" class="dialog" aria-labelledby="readiness-title">
    <div class="readiness">
      <h2 id="readiness-title">{t.tryDevices}</h2>
      <p id="readiness-notes" class="readiness__notes" role="status" />
      <OwnPicture id="readiness-picture" t={t} />
      <div id="readiness-level-field" hidden>
        <meter id="readiness-level" class="call-level" min={0} max={1} aria-label={t.level} />
        <p class="hint">{t.saySomething}</p>
      </div>
      <div class="readiness__buttons">
        <button id="readiness-sound" class="button button--quiet" type="button">
          {t.playSound}
        </button>
        <button id="readiness-notify" class="button button--quiet" type="button" hidden>
          {t.notifyMe}
        </button>
      </div>
      <DeviceField id="readiness-camera" label={t.camera} />
      <DeviceField id="readiness-microphone" label={t.microphone} />
      <DeviceField id="readiness-speaker" label={t.speaker} />
    </div>
    <form method="dialog">
      <button class="button" type="submit">
        {t.close}
      </button>
    </form>
  </dialog>
)
