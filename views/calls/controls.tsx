/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child, FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'
import { Icon, type IconName } from '../call-icons.tsx'

/**
 * The buttons below the pictures. On a narrow screen the ones that are pressed most stand in a row, and
 * the others in a menu above it; on a wide one all of them stand in the row (`call-controls.css`).
 */
export const CallControls: FC<{ t: CallText }> = ({ t }) => (
  <fieldset class="call__controls">
    <legend class="visually-hidden">{t.controls}</legend>
    <Toggle id="call-mute" icon="microphone" shortcut="m" word={t.words.microphone}>
      {t.mute}
    </Toggle>
    <Toggle id="call-camera-off" icon="camera" shortcut="v" word={t.words.camera}>
      {t.cameraOff}
    </Toggle>
    <Action id="call-flip" icon="flip" word={t.words.flip} hidden>
      {t.flip}
    </Action>
    <PanelButton
      panel="call-chat"
      id="call-chat-button"
      icon="chat"
      shortcut="c"
      label={t.chat}
      word={t.chat}
    >
      <span id="call-unread" class="call-unread" />
    </PanelButton>
    <MoreMenu t={t} />
    <Action id="call-hang-up" icon="hangUp" word={t.words.hangUp} class="call-button--hang-up">
      {t.hangUp}
    </Action>
  </fieldset>
)

const MoreMenu: FC<{ t: CallText }> = ({ t }) => (
  <>
    <button
      id="call-more-button"
      class="call-button call-control"
      type="button"
      aria-controls="call-more"
      aria-expanded="false"
    >
      <Icon name="more" />
      <span class="call-control__word">{t.more}</span>
    </button>
    {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be `display: contents` everywhere */}
    <div id="call-more" class="call-more" role="group" aria-label={t.more}>
      <PanelButton
        panel="call-add"
        id="call-add-button"
        icon="add"
        shortcut="a"
        label={t.addSomebody}
        word={t.addShort}
        hidden
      />
      <Toggle id="call-share" icon="screen" shortcut="d" word={t.words.share}>
        {t.share}
      </Toggle>
      <PanelButton
        panel="call-devices"
        id="call-devices-button"
        icon="devices"
        label={t.devices}
        word={t.words.devices}
      />
      <Action id="call-pip" icon="pictureInPicture" word={t.words.pictureInPicture}>
        {t.pictureInPicture}
      </Action>
      <Action id="call-full-screen" icon="fullScreen" word={t.fullScreen}>
        {t.fullScreen}
      </Action>
      <Action id="call-help-button" icon="help" word={t.words.help}>
        {t.help}
      </Action>
    </div>
  </>
)

/** What a button does, for a screen reader and in the menu; and the word below its picture in the row. */
const Words: FC<{ name: string; word: string }> = ({ name, word }) => (
  <>
    <span class="call-control__name">{name}</span>
    <span class="call-control__word" aria-hidden="true">
      {word}
    </span>
  </>
)

const titleOf = (name: string, shortcut?: string) =>
  shortcut ? `${name} (${shortcut.toUpperCase()})` : name

/** Pressed is what was switched off, except for the screen. */
const Toggle: FC<{
  id: string
  icon: IconName
  shortcut: string
  word: string
  children?: string
}> = ({ id, icon, shortcut, word, children = '' }) => (
  <button
    id={id}
    class="call-button call-control"
    type="button"
    aria-pressed="false"
    aria-keyshortcuts={shortcut}
    title={titleOf(children, shortcut)}
  >
    <Icon name={icon} slash={icon !== 'screen'} />
    <Words name={children} word={word} />
  </button>
)

export const PanelButton: FC<{
  id: string
  panel: string
  icon: IconName
  label: string
  /** Below the icon; without it only what `children` show. */
  word?: string
  shortcut?: string
  hidden?: boolean
  children?: Child
}> = ({ id, panel, icon, label, word, shortcut, hidden = false, children }) => (
  <button
    id={id}
    class={word === undefined ? 'call-button' : 'call-button call-control'}
    type="button"
    data-call-panel={panel}
    aria-controls={panel}
    aria-expanded="false"
    aria-keyshortcuts={shortcut}
    title={titleOf(label, shortcut)}
    hidden={hidden}
  >
    <Icon name={icon} />
    {word === undefined ? (
      <span class="visually-hidden">{label} </span>
    ) : (
      <Words name={label} word={word} />
    )}
    {children}
  </button>
)

const Action: FC<{
  id: string
  icon: IconName
  word: string
  class?: string
  hidden?: boolean
  children?: string
}> = ({ id, icon, word, class: more = '', hidden = false, children = '' }) => (
  <button
    id={id}
    class={`call-button call-control ${more}`.trim()}
    type="button"
    title={children}
    hidden={hidden}
  >
    <Icon name={icon} />
    <Words name={children} word={word} />
  </button>
)
