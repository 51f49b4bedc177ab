import type { addingPt } from './adding-pt.ts'

export const addingEn: typeof addingPt = {
  addSomebody: 'Add somebody',
  addShort: 'Add',
  addSearch: 'Search who is here and free',
  addPerson: (name) => `Add ${name}`,
  addInvited: 'Invitations',
  addAgain: 'Invite again',
  addPersonAgain: (name) => `Invite again: ${name}`,
  addCancel: 'Cancel',
  addCancelPerson: (name) => `Cancel the invitation of ${name}`,
  addCalling: (names) => `Calling ${names}…`,
  addFull: 'The call is full.',
  addNobody: 'Nobody else is here and free.',
  addNobodyMatches: 'Nobody free has that name.',
  addMore: (count) =>
    count === 1
      ? 'There is 1 more person: type a part of the name.'
      : `There are ${count} more people: type a part of the name.`,
  addFound: (count) => (count === 1 ? '1 person free' : `${count} people free`),
  addAway: 'No server for now. The list comes back with it.',
  invitation: {
    asking: 'inviting…',
    calling: 'calling…',
    declined: 'declined',
    timeout: 'did not answer',
    left: 'left',
    'server-away': 'no connection to the server',
  },
  invitationRefusals: {
    'unknown-user': 'is not here any more',
    'not-ready': 'takes no calls in a browser',
    busy: 'is in another call',
    'too-fast': 'too fast: try again in a moment',
    'call-full': 'the call is full',
    'already-invited': 'has an invitation of somebody in this call',
    'already-member': 'is in this call already',
    'only-two': 'can talk with one person at a time only',
    'call-of-two': 'somebody in this call can talk with one person at a time only',
    'calling-yourself': 'is you',
  },
  invitationRefused: (code) => `was not possible (${code})`,

  addressesIfJoined:
    'If you answer, everybody in that call gets all network addresses of your device.',
  invites: (name) => `${name} invites you into a call`,
  invitesWith: (name, others) => `${name} invites you into a call with ${others}`,
  andMore: (count) => (count === 1 ? '1 more' : `${count} more`),
}
