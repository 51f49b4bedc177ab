/** The words for what stands on the list about calls. */
export const beforeCallsPt = {
  missedCalls: 'Chamadas perdidas',
  missed: (calls: number) => (calls === 1 ? 'Perdida:' : `${calls} perdidas:`),
  callBack: 'Ligar de volta',
  callBackPerson: (name: string) => `Ligar de volta para ${name}`,
  dismissMissed: (name: string) => `Dispensar chamadas perdidas de ${name}`,
  dismissAll: 'Dispensar todas',
  notHereNow: 'não está aqui agora',
  takesNoCalls: 'não recebe chamadas aqui',
  inAnotherCall: 'em chamada',

  block: 'Bloquear',
  blockPerson: (name: string) => `Bloquear ${name}`,
  unblock: 'Desbloquear',
  unblockPerson: (name: string) => `Desbloquear ${name}`,
  blockedPeople: 'Pessoas bloqueadas',
  blockedHint:
    'As chamadas delas são recusadas sem tocar aqui. Só este navegador sabe quem você bloqueou.',
  blockedByName: 'com esse nome nesse endereço, que é também o seu',
  blockedByAddress: 'com qualquer nome nesse endereço',
  notifyMe: 'Avisar fora desta página',

  tryDevices: 'Testar câmera e microfone',
  allowDevices: 'O navegador pergunta se esta página pode usar a câmera e o microfone: permita.',
  saySomething: 'Diga alguma coisa: a barra se mexe.',
  playSound: 'Tocar um som',
  playingSound: 'Tocando…',
  onlyYouSee: 'Só você vê esta imagem.',
}
