import type { beforeCallsPt } from './before-calls-pt.ts'

export const beforeCallsEn: typeof beforeCallsPt = {
  missedCalls: 'Missed calls',
  missed: (calls) => (calls === 1 ? 'Missed:' : `${calls} missed:`),
  callBack: 'Call back',
  callBackPerson: (name) => `Call back ${name}`,
  dismissMissed: (name) => `Dismiss missed calls from ${name}`,
  dismissAll: 'Dismiss all',
  notHereNow: 'not here now',
  takesNoCalls: 'takes no calls here',
  inAnotherCall: 'in a call',

  block: 'Block',
  blockPerson: (name) => `Block ${name}`,
  unblock: 'Unblock',
  unblockPerson: (name) => `Unblock ${name}`,
  blockedPeople: 'Blocked people',
  blockedHint:
    'Their calls are declined without ringing here. Only this browser knows whom you blocked.',
  blockedByName: 'by that name at that address, which is yours too',
  blockedByAddress: 'by any name at that address',
  notifyMe: 'Notify me outside this page',

  tryDevices: 'Test camera and microphone',
  allowDevices: 'The browser asks whether this page may use camera and microphone: allow it.',
  saySomething: 'Say something: the bar moves.',
  playSound: 'Play a sound',
  playingSound: 'Playing…',
  onlyYouSee: 'Only you see this picture.',
}
