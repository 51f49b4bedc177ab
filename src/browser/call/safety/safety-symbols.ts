import { symbolCount } from './safety-code.ts'

/**
 * Pictures that two people can tell apart on the phone: the symbols of Matrix's short authentication
 * strings (spec.matrix.org, "SAS method: emoji"). Their names are texts.
 */
export const safetySymbols: readonly string[] = [
  ...[
    '🐶',
    '🐱',
    '🦁',
    '🐎',
    '🦄',
    '🐷',
    '🐘',
    '🐰',
    '🐼',
    '🐓',
    '🐧',
    '🐢',
    '🐟',
    '🐙',
    '🦋',
    '🌷',
  ],
  ...['🌳', '🌵', '🍄', '🌏', '🌙', '☁️', '🔥', '🍌', '🍎', '🍓', '🌽', '🍕', '🎂', '❤️', '😀', '🤖'],
  ...['🎩', '👓', '🔧', '🎅', '👍', '☂️', '⌛', '⏰', '🎁', '💡', '📕', '✏️', '📎', '✂️', '🔒', '🔑'],
  ...['🔨', '☎️', '🏁', '🚂', '🚲', '✈️', '🚀', '🏆', '⚽', '🎸', '🎺', '🔔', '⚓', '🎧', '📁', '📌'],
].slice(0, symbolCount)
