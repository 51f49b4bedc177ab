import { showUnseen } from '../../../unseen.ts'

/** Characters of a shown or saved file name. */
export const maxNameLength = 120

// What no system takes in a file name, or takes for something else than a name.
const forbidden = /[<>:"|?*]/g

// Windows opens a device by these, whatever the ending.
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/**
 * The name of a file that somebody sends, as it may be shown and saved: no folders, nothing that cannot be seen or
 * that changes the direction of reading, and the ending kept where it has to be shortened.
 */
export function fileName(told: string): string {
  const last = told.slice(-1_000).split(/[\\/]/).at(-1) ?? ''
  const seen = showUnseen(last.replace(forbidden, '_'), '_')
  // Dots at the beginning hide a file; Windows drops dots and spaces at the end.
  const trimmed = seen.normalize('NFC').replace(/^[\s.]+|[\s.]+$/g, '')
  return shortened(trimmed.replace(device, '_$1')) || 'file'
}

function shortened(name: string): string {
  const letters = [...name]
  if (letters.length <= maxNameLength) return name
  const ending = /\.[^.\s]{1,15}$/u.exec(name)?.[0] ?? ''
  return `${letters.slice(0, maxNameLength - [...ending].length - 1).join('')}…${ending}`
}
