import { type chatPt, sizeText } from './chat-pt.ts'

let numbers: Intl.NumberFormat | undefined

/** Made once somebody needs it, which is never on a server. */
const digits = () => {
  numbers ??= new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
  return numbers
}

export const chatEn: typeof chatPt = {
  chatEmpty:
    'Messages and files go straight from browser to browser. The messages are gone with the call.',
  chatField: 'Message',
  chatSend: 'Send',
  chatOwn: 'You',
  chatNotSent: 'The message was not sent: no connection to the other end.',
  chatMissed: (names) => `The message did not reach: ${names}.`,
  chatJoined: (name) => `${name} joined.`,
  chatLeft: (name) => `${name} left.`,

  files: {
    size: (bytes) => sizeText(bytes, digits()),
    attach: 'Send files',
    from: (name) => `From ${name}`,
    to: (name) => `To ${name}`,
    accept: 'Accept',
    decline: 'Decline',
    cancel: 'Cancel',
    save: 'Save again',
    ofFile: (action, file) => `${action}: ${file}`,
    offers: (name, file, size) => `${name} wants to send: ${file}, ${size}`,
    offered: 'Take this file?',
    tooLarge: (most) => `Too large: this browser takes ${most} at most.`,
    opening: 'Opening a place for the file…',
    receiving: (percent, rate) => `Receiving: ${percent} %, ${rate}/s`,
    received: 'Received and saved.',
    handedOver: 'Received: it is in the downloads of this browser.',
    asks: 'Waiting for the answer…',
    waits: 'Accepted: waits for its turn…',
    sending: (percent, rate) => `Sending: ${percent} %, ${rate}/s`,
    sent: 'Sent.',
    left: (seconds) => (seconds < 60 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`),
    over: {
      in: {
        declined: 'You declined.',
        'cancelled-here': 'You cancelled it: nothing was kept.',
        'cancelled-there': 'It was cancelled: nothing was kept.',
        'failed-here': 'This browser could not keep the file. Is there room on the disk?',
        'failed-there': 'The file could not be read at the other end.',
        'too-many': 'Too many files at once.',
        gone: 'The connection ended before: nothing was kept.',
      },
      out: {
        declined: 'Declined.',
        'cancelled-here': 'You cancelled it.',
        'cancelled-there': 'Cancelled at the other end.',
        'failed-here': 'The file could not be read.',
        'failed-there': 'The other end could not keep the file.',
        'too-many': 'Not offered: these are too many files at once.',
        gone: 'The connection ended before.',
      },
    },
    cannotTake: (name) => `${name}’s page cannot take files.`,
    nobody: 'The file was not sent: no connection to the other end.',
    unreadable: (file) => `Cannot be read: ${file}`,
    half: (file) => `${file}: half of it`,
    ended: (file, how) => `${file}: ${how}`,
  },
}
