import { beforeCallsEn } from './before-calls-en.ts'
import type { CallText } from './call-pt.ts'
import { addingEn } from './calls/adding-en.ts'
import { chatEn } from './calls/chat-en.ts'
import { connectionsEn } from './calls/connections-en.ts'
import { callGridEn } from './calls/grid-en.ts'
import { symbolsEn } from './calls/symbols-en.ts'

export const callEn: CallText = {
  ...beforeCallsEn,
  ...addingEn,
  ...connectionsEn,
  ...callGridEn,
  ...chatEn,
  noCalls: {
    missing:
      'This browser cannot make calls: it has no WebRTC, or it is switched off. With it you are in the list, but nobody can call you.',
    refused:
      'This browser does not let this page make calls (WebRTC). With it you are in the list, but nobody can call you.',
  },
  addresses: 'What a call shows',
  addressesShown: 'In a call the other person gets the network addresses of your device.',
  addressesExplained:
    'The list shows everybody one of them. In a call the others go as well: the one in your home network and, if you use a VPN, the one outside of it. Talk to people you know.',
  addressesIfAnswered: 'If you answer, this person gets all network addresses of your device.',
  understood: 'Got it',
  relayOnly:
    'Pass my calls through a server in between: nobody gets the other addresses of my device. They may be a little slower.',
  ringingIn: (name) => `${name} is calling`,
  ringsFor: (seconds) =>
    seconds === 1 ? 'Rings for 1 more second' : `Rings for ${seconds} more seconds`,
  acceptVideo: 'Answer with video',
  acceptAudio: 'Answer with audio only',
  decline: 'Decline',
  declineAndBlock: 'Decline and block',
  calling: (name) => `Calling ${name}…`,
  answering: (name) => `Answering ${name}…`,
  ringsThere: (seconds) => `Ringing (${seconds} s more)`,
  asking: 'Looking…',
  cancel: 'Cancel',
  ownPicture: 'Your own picture',
  connecting: 'Connecting…',

  inCallWith: (name) => `Call with ${name}`,
  pictureOf: (name) => `Picture of ${name}`,
  theirCameraOff: 'Camera off',
  theirMicrophoneOff: 'Microphone off',
  theyShare: (name) => `${name} shares the screen`,
  youShare: 'You are sharing your screen.',
  stopSharing: 'Stop',
  controls: 'Call controls',
  mute: 'Mute microphone',
  cameraOff: 'Turn camera off',
  flip: 'Flip camera',
  share: 'Share screen',
  chat: 'Chat',
  unread: (count) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  more: 'More',
  pictureInPicture: 'Picture in picture',
  fullScreen: 'Full screen',
  devices: 'Camera and microphone',
  help: 'Keyboard shortcuts',
  hangUp: 'Hang up',
  words: {
    microphone: 'Mic',
    camera: 'Camera',
    flip: 'Flip',
    share: 'Screen',
    devices: 'Devices',
    pictureInPicture: 'Float',
    help: 'Keys',
    hangUp: 'Hang up',
  },
  close: 'Close',

  quality: 'Connection quality',
  grades: { good: 'Good', fair: 'Fair', poor: 'Poor' },
  roundTrip: 'Round trip',
  loss: 'Packet loss',
  received: 'Received',
  sent: 'Sent',
  lastMinute: 'Over the last minute',
  picture: (height, rate) => `Received picture: ${height}p, ${rate} frames per second`,

  safety: 'Safety code',
  safetyShort: 'Safety',
  safetyExplanation:
    'Read the code aloud and compare it with the other person. If it is the same at both ends, nobody is in between: not even the server sees or hears the call.',
  safetyPending: 'Agreeing on the code…',
  safetyProblems: {
    'insecure-page':
      'This page was not opened over HTTPS. Without that nobody can check that there is no one in between.',
    mismatch:
      'This call could not be verified. Somebody may be in between: say nothing confidential.',
    stranger:
      'Somebody else has taken the other side’s place in this call. Nothing more is sent: hang up.',
    silent: 'The other end did not send its code. This call cannot be verified.',
  },

  camera: 'Camera',
  microphone: 'Microphone',
  speaker: 'Speaker',
  deviceNumber: (number) => `Device ${number}`,
  usual: "The browser's choice",
  level: 'Microphone level',

  shortcuts: {
    m: 'Mute or unmute the microphone',
    v: 'Turn the camera on or off',
    d: 'Share the screen or stop',
    c: 'Open or close the chat',
    a: 'Add somebody to the call',
    '?': 'Show these shortcuts',
  },
  shortcutsOn: 'Use the single-key shortcuts',
  startMedia: 'Start sound and picture',
  shortcutsHint: 'They work while you are not typing.',

  reconnecting: 'The connection dropped. Reconnecting…',
  serverAway: 'The server is away for now; the call goes on directly between you.',
  channelAway: 'Text chat no longer works in this call.',

  audioProblems: {
    'insecure-page': 'The microphone needs an HTTPS page.',
    none: 'No microphone found: you only listen.',
    denied: 'The microphone was not allowed. Change that at the padlock in the address bar.',
    'in-use': 'The microphone is in use by another program.',
    unplugged: 'The microphone was unplugged and there is no other: you only listen.',
    'not-changed': 'The other microphone did not open: the one before is still in use.',
    unknown: 'The microphone did not open.',
  },
  microphoneNotes: {
    silenced: 'The system has silenced the microphone: the other end does not hear you.',
    replaced: (device) => `The microphone was unplugged. Now in use: ${device}`,
  },
  videoProblems: {
    'insecure-page': 'The camera needs an HTTPS page.',
    none: 'No camera found: the other end does not see you.',
    denied: 'The camera was not allowed. Change that at the padlock in the address bar.',
    'in-use': 'The camera is in use by another program.',
    unplugged: 'The camera was unplugged and there is no other: the other end does not see you.',
    'not-changed': 'The other camera did not open: the one before is still in use.',
    unknown: 'The camera did not open.',
  },
  cameraNotes: {
    silenced: 'The system has stopped the camera: the other end does not see you.',
    replaced: (device) => `The camera was unplugged. Now in use: ${device}`,
  },
  screenProblem: 'The screen could not be shared.',
  screenPaused: 'The system has stopped the picture of the shared screen.',

  outcomes: {
    declined: (name) => `${name} declined the call.`,
    busy: (name) => `${name} is in another call.`,
    'no-answer': (name) => `${name} did not answer.`,
    cancelled: () => 'Call cancelled.',
    missed: (name) => `Missed call from ${name}.`,
    'declined-here': (name) => `You declined the call from ${name}.`,
    elsewhere: () => 'The call was dealt with in another tab.',
    'hung-up': (name) => `${name} hung up.`,
    'hung-up-here': () => 'You hung up.',
    left: (name) => `${name} has left.`,
    failed: (name) =>
      `${name} could not be reached: the networks at the two ends allow no direct connection.`,
    moved: () => 'The call has moved to another connection of yours.',
    lost: (name) => `The connection to ${name} was lost.`,
    'not-set-up-there': (name) => `${name}'s browser could not set the call up.`,
    'server-away': () => 'Not connected to the server: the call was not made.',
  },
  notSetUp: (why) => `This browser could not set the call up (${why}).`,
  refusals: {
    'unknown-user': (name) => `${name} is not here any more.`,
    'not-ready': (name) => `${name} does not take calls in a browser.`,
    'already-in-call': () => 'You are in a call already.',
    'calling-yourself': () => 'You cannot call yourself.',
    'too-fast': () => 'Too fast: try again in a moment.',
  },
  refused: (code) => `The call was not possible (${code}).`,
  callAgain: 'Call again',

  notificationBody: 'Click to answer.',

  safetySymbols: symbolsEn,
}
