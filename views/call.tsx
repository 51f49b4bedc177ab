/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../src/text/call-pt.ts'
import type { Text } from '../src/text/pt.ts'
import { Icon } from './call-icons.tsx'
import { ChatPanel, DevicesPanel, OwnPicture, QualityPanel, SafetyPanel } from './call-panels.tsx'
import { AddPanel } from './calls/add.tsx'
import { CallControls, PanelButton } from './calls/controls.tsx'
import { CallPictures } from './calls/pictures.tsx'

/**
 * Everything that calls show, hidden until one rings. It stands once on every page of a registered
 * browser, outside of what htmx swaps; the page's script fills it in and works it.
 *
 * Longer than other files: one element after another, as the page has them.
 */
export const CallArea: FC<{ t: Text; base: string; maxMembers: number | undefined }> = ({
  t: { call: t },
  base,
  maxMembers,
}) => (
  <div id="call-area" class="call-area" data-max-members={maxMembers}>
    <RingingDialog t={t} />
    <CallingDialog t={t} />
    <CallDialog t={t} base={base} />
    <HelpDialog t={t} />
    <div id="call-outcome" class="call-outcome" role="status">
      <div id="call-outcome-content" class="call-outcome__content" tabindex={-1} hidden>
        <p id="call-outcome-text" />
        <button id="call-notify-missed" class="button button--quiet" type="button" hidden>
          {t.notifyMe}
        </button>
        <button id="call-again" class="button button--quiet" type="button" hidden>
          {t.callAgain}
        </button>
        <button id="call-outcome-close" class="call-button" type="button" aria-label={t.close}>
          <Icon name="close" />
        </button>
      </div>
    </div>
  </div>
)

type Props = { t: CallText }

const RingingDialog: FC<Props> = ({ t }) => (
  <dialog
    id="call-ringing"
    class="dialog call-ring"
    aria-labelledby="call-ringing-title"
    {...{ closedby: 'none' }}
  >
    <div class="call-ring__content" tabindex={-1} autofocus>
      <span class="call-avatar call-avatar--rings" data-call-initial aria-hidden="true" />
      <h2 id="call-ringing-title">{t.ringingIn('…')}</h2>
      <p>
        <code data-call-their-ip />
      </p>
      <p class="hint" data-call-countdown />
      <OwnPicture id="call-ringing-preview" t={t} />
      <p id="call-ringing-unseen" class="hint" />
      <p id="call-ringing-addresses" class="hint" hidden>
        {t.addressesIfAnswered}
      </p>
      <div class="call-ring__answers">
        <button id="call-accept-video" class="button" type="button">
          <Icon name="camera" />
          {t.acceptVideo}
        </button>
        <button id="call-accept-audio" class="button button--quiet" type="button">
          <Icon name="phone" />
          {t.acceptAudio}
        </button>
        <button id="call-decline" class="button button--danger" type="button">
          <Icon name="hangUp" />
          {t.decline}
        </button>
        <button id="call-block" class="button button--link" type="button">
          {t.declineAndBlock}
        </button>
      </div>
    </div>
  </dialog>
)

const CallingDialog: FC<Props> = ({ t }) => (
  <dialog
    id="call-calling"
    class="dialog call-ring"
    aria-labelledby="call-calling-title"
    {...{ closedby: 'none' }}
  >
    <div class="call-ring__content" tabindex={-1} autofocus>
      <span class="call-avatar call-avatar--rings" data-call-initial aria-hidden="true" />
      <h2 id="call-calling-title">{t.calling('…')}</h2>
      <p>
        <code data-call-their-ip />
      </p>
      <p class="hint" data-call-countdown />
      <video
        id="call-calling-preview"
        class="call-preview"
        muted
        playsinline
        autoplay
        aria-label={t.ownPicture}
        hidden
      />
      <p class="call-problems" data-call-problems hidden />
      <div class="call-ring__answers">
        <button id="call-cancel" class="button button--danger" type="button">
          <Icon name="hangUp" />
          {t.cancel}
        </button>
      </div>
    </div>
  </dialog>
)

const CallDialog: FC<Props & { base: string }> = ({ t, base }) => (
  <dialog id="call" class="call" aria-labelledby="call-title" {...{ closedby: 'none' }}>
    <div id="call-stage" class="call__content" tabindex={-1} autofocus>
      <header class="call__head">
        <h2 id="call-title" class="call__title">
          {t.inCallWith('…')}
        </h2>
        <span id="call-time" class="call__time" />
        <PanelButton panel="call-safety" id="call-safety-button" icon="shield" label={t.safety}>
          <span class="call-button__words" aria-hidden="true">
            {t.safetyShort}
          </span>
        </PanelButton>
        <PanelButton panel="call-quality" id="call-quality-button" icon="bars" label={t.quality}>
          <span id="call-grade" class="call-button__words">
            {t.grades.good}
          </span>
        </PanelButton>
      </header>
      <div class="call__middle">
        <CallPictures t={t} />
        <SafetyPanel t={t} />
        <QualityPanel t={t} />
        <ChatPanel t={t} />
        <DevicesPanel t={t} />
        <AddPanel t={t} base={base} />
      </div>
      <div class="call__sharing">
        <p id="call-they-share" role="status" />
        <p id="call-you-share" role="status" />
        <button id="call-share-stop" class="button button--danger" type="button" hidden>
          {t.stopSharing}
        </button>
      </div>
      <p class="call-problems" data-call-problems role="status" hidden />
      <p id="call-add-note" class="call-add__note" />
      <p id="call-say" class="visually-hidden" role="status" />
      <CallControls t={t} />
    </div>
  </dialog>
)

const HelpDialog: FC<Props> = ({ t }) => (
  <dialog id="call-help" class="dialog" aria-labelledby="call-help-title">
    <div class="call-help">
      <h2 id="call-help-title">{t.help}</h2>
      <p class="hint">{t.shortcutsHint}</p>
      <dl class="call-keys">
        {Object.entries(t.shortcuts).map(([key, does]) => (
          <div>
            <dt>
              <kbd>{key.toUpperCase()}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="call-help__switch">
        <input id="call-shortcuts-on" type="checkbox" checked />
        {t.shortcutsOn}
      </label>
      <form method="dialog">
        <button class="button button--quiet" type="submit">
          {t.close}
        </button>
      </form>
    </div>
  </dialog>
)
