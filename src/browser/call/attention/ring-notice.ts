import type { CallText } from '../../../text/call-pt.ts'
import { ringInTitle } from './page-title.ts'

/** Tells a person that looks elsewhere that it rings: in the tab's title, and on the desktop. */
let notification: Notification | undefined

export function startNotice(t: CallText, words: string): void {
  stopNotice()
  ringInTitle(`☎ ${words}`)
  // Visible is not in front: the window may stand behind another.
  const inFront = document.visibilityState === 'visible' && document.hasFocus()
  if (inFront || !canNotify('granted')) return
  try {
    notification = new Notification(words, {
      body: t.notificationBody,
      tag: 'encontro-call',
    })
    notification.addEventListener('click', () => {
      window.focus()
      notification?.close()
    })
  } catch {
    // Some phones allow a page no notification of its own.
  }
}

export function stopNotice(): void {
  ringInTitle(undefined)
  notification?.close()
  notification = undefined
}

export const canNotify = (permission: NotificationPermission): boolean =>
  typeof Notification !== 'undefined' && Notification.permission === permission

/** Makes a button ask for the permission, which no page should do by itself. */
export function offerNotifications(button: HTMLButtonElement): void {
  button.addEventListener('click', async () => {
    button.hidden = true
    await Notification.requestPermission()
  })
}
