/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child, FC } from 'hono/jsx'
import type { CallText } from '../src/text/call-pt.ts'
import { Icon } from './call-icons.tsx'

// What opens beside the pictures of a call, one at a time.

type Props = { t: CallText }

export const Panel: FC<{ id: string; title: string; t: CallText; children?: Child }> = ({
  id,
  title,
  t,
  children,
}) => (
  <section id={id} class="call-panel" aria-labelledby={`${id}-title`} hidden>
    <div class="call-panel__head">
      <h3 id={`${id}-title`}>{title}</h3>
      <button class="call-button" type="button" data-call-panel-close aria-label={t.close}>
        <Icon name="close" />
      </button>
    </div>
    {children}
  </section>
)

export const SafetyPanel: FC<Props> = ({ t }) => (
  <Panel id="call-safety" title={t.safety} t={t}>
    <p id="call-safety-alarm" class="notice notice--error" role="alert" hidden />
    <div id="call-safety-one" class="call-panel__part">
      <p id="call-safety-pending">{t.safetyPending}</p>
      <ol id="call-safety-code" class="call-code" hidden />
      <p id="call-safety-problem" class="notice notice--error" role="alert" hidden />
      <p id="call-safety-explanation" class="hint">
        {t.safetyExplanation}
      </p>
    </div>
    <div id="call-safety-several" class="call-panel__part" hidden>
      <p class="hint">{t.safetyOfEach}</p>
      <ul id="call-safety-members" class="call-members" />
    </div>
  </Panel>
)

export const QualityPanel: FC<Props> = ({ t }) => (
  <Panel id="call-quality" title={t.quality} t={t}>
    <div id="call-quality-several" class="call-panel__part" hidden>
      <fieldset class="call-members">
        <legend class="visually-hidden">{t.eachConnection}</legend>
        <div id="call-quality-members" class="call-panel__part" />
      </fieldset>
      <p id="call-quality-total" />
    </div>
    <p id="call-quality-of" class="hint">
      {t.lastMinute}
    </p>
    <Plot id="call-plot-round-trip" label={t.roundTrip} />
    <Plot id="call-plot-loss" label={t.loss} />
    <Plot id="call-plot-received" label={t.received} />
    <Plot id="call-plot-sent" label={t.sent} />
    <p id="call-picture-size" class="hint" />
  </Panel>
)

const Plot: FC<{ id: string; label: string }> = ({ id, label }) => (
  <figure id={id} class="call-plot">
    <figcaption>
      {label} <output class="call-plot__value">–</output>
    </figcaption>
    <svg viewBox="0 0 240 48" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <polyline points="" />
    </svg>
  </figure>
)

export const ChatPanel: FC<Props> = ({ t }) => (
  <Panel id="call-chat" title={t.chat} t={t}>
    <div class="call-chat__room">
      <div id="call-chat-log" class="call-chat" role="log" aria-label={t.chat} tabindex={0} />
      <p id="call-chat-empty" class="hint">
        {t.chatEmpty}
      </p>
    </div>
    <p id="call-chat-problem" class="field__problem" role="alert" hidden />
    <form id="call-chat-form" class="call-chat__form">
      <input
        id="call-file-input"
        type="file"
        multiple
        hidden
        aria-label={t.files.attach}
        tabindex={-1}
      />
      <button
        id="call-file-button"
        class="call-button call-button--attach"
        type="button"
        aria-label={t.files.attach}
        title={t.files.attach}
      >
        <Icon name="attach" />
      </button>
      <label class="visually-hidden" for="call-chat-field">
        {t.chatField}
      </label>
      <input
        id="call-chat-field"
        class="input"
        type="text"
        placeholder={t.chatField}
        maxlength={2000}
        autocomplete="off"
        dir="auto"
      />
      <button class="call-button call-button--send" type="submit" aria-label={t.chatSend}>
        <Icon name="send" />
      </button>
    </form>
  </Panel>
)

export const DevicesPanel: FC<Props> = ({ t }) => (
  <Panel id="call-devices" title={t.devices} t={t}>
    <OwnPicture id="call-devices-preview" t={t} />
    <DeviceField id="call-camera" label={t.camera} />
    <DeviceField id="call-microphone" label={t.microphone} />
    <meter id="call-level" class="call-level" min={0} max={1} aria-label={t.level} />
    <DeviceField id="call-speaker" label={t.speaker} />
  </Panel>
)

/** What one's own camera sees, as in a mirror. */
export const OwnPicture: FC<Props & { id: string }> = ({ t, id }) => (
  <video id={id} class="call-preview" muted playsinline autoplay aria-label={t.ownPicture} hidden />
)

export const DeviceField: FC<{ id: string; label: string }> = ({ id, label }) => (
  <div class="field" id={`${id}-field`}>
    <label for={id}>{label}</label>
    <select id={id} class="input" />
  </div>
)
