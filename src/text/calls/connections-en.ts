import type { connectionsPt } from './connections-pt.ts'

export const connectionsEn: typeof connectionsPt = {
  eachConnection: 'The connection to each person',
  connectionNumbers: ({ trip, loss, received, sent }) =>
    `Round trip ${trip}, loss ${loss}, received ${received}, sent ${sent}`,
  sentInAll: (rate) => `Sent to all: ${rate}`,
  lastMinuteWith: (name) => `Over the last minute, with ${name}`,

  safetyOfEach:
    'Every two people have a code of their own. Read your code with each person aloud and compare it: if it is the same at both ends, nobody is in between on that connection. It says nothing about the other connections, nor about those that the others have with each other.',
  safetyProblemsOfEach: {
    'insecure-page': 'Without HTTPS there is no code.',
    mismatch:
      'This connection could not be verified. Somebody may be in between: say nothing confidential.',
    stranger: 'Somebody else has taken this place in the call. Nothing more is sent there.',
    silent: 'The code did not arrive. This connection cannot be verified.',
  },
  safetyAlarms: {
    mismatch: (name) =>
      `The connection to ${name} could not be verified. Somebody may be in between: say nothing confidential.`,
    stranger: (name) =>
      `Somebody else has taken ${name}’s place in this call. Nothing more is sent there. Hang up.`,
  },
}
