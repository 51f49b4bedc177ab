/** The words for a call of several: one connection to each of the others, with its own safety code. */
export const connectionsPt = {
  eachConnection: 'Conexão com cada pessoa',
  connectionNumbers: (numbers: { trip: string; loss: string; received: string; sent: string }) =>
    `Ida e volta ${numbers.trip}, perda ${numbers.loss}, recebido ${numbers.received}, enviado ${numbers.sent}`,
  sentInAll: (rate: string) => `Enviado a todos: ${rate}`,
  lastMinuteWith: (name: string) => `No último minuto, com ${name}`,

  safetyOfEach:
    'Cada duas pessoas têm um código só delas. Leia em voz alta o seu código com cada pessoa e confira: se for o mesmo dos dois lados, ninguém está no meio dessa conexão. Ele nada diz das outras conexões, nem das que os outros têm entre si.',
  safetyProblemsOfEach: {
    'insecure-page': 'Sem HTTPS não há código.',
    mismatch:
      'Não foi possível verificar esta conexão. Alguém pode estar no meio: não diga nada confidencial.',
    stranger: 'Outra pessoa tomou este lugar na chamada. Nada mais é enviado para lá.',
    silent: 'O código não chegou. Esta conexão não pode ser verificada.',
  },
  safetyAlarms: {
    mismatch: (name: string) =>
      `Não foi possível verificar a conexão com ${name}. Alguém pode estar no meio: não diga nada confidencial.`,
    stranger: (name: string) =>
      `Outra pessoa tomou o lugar de ${name} nesta chamada. Nada mais é enviado para lá. Encerre a chamada.`,
  },
}
