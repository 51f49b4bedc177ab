/** The words for bringing somebody into a call, and for being invited into one. */
export const addingPt = {
  addSomebody: 'Adicionar alguém',
  addShort: 'Adicionar',
  addSearch: 'Procurar quem está aqui e livre',
  addPerson: (name: string) => `Adicionar ${name}`,
  addInvited: 'Convites',
  addAgain: 'Convidar de novo',
  addPersonAgain: (name: string) => `Convidar de novo: ${name}`,
  addCancel: 'Cancelar',
  addCancelPerson: (name: string) => `Cancelar o convite a ${name}`,
  addCalling: (names: string) => `Chamando ${names}…`,
  addFull: 'A chamada está cheia.',
  addNobody: 'Ninguém mais está aqui e livre.',
  addNobodyMatches: 'Ninguém livre com esse nome.',
  addMore: (count: number) =>
    count === 1
      ? 'Há mais 1 pessoa: escreva uma parte do nome.'
      : `Há mais ${count} pessoas: escreva uma parte do nome.`,
  addFound: (count: number) => (count === 1 ? '1 pessoa livre' : `${count} pessoas livres`),
  addAway: 'Sem o servidor por agora. A lista volta com ele.',
  /** What becomes of an invitation, after the name. */
  invitation: {
    asking: 'convidando…',
    calling: 'chamando…',
    declined: 'recusou',
    timeout: 'não atendeu',
    left: 'saiu',
    'server-away': 'sem conexão com o servidor',
  },
  /** By the registry's codes; the others have no better words than their own. */
  invitationRefusals: {
    'unknown-user': 'não está mais aqui',
    'not-ready': 'não recebe chamadas pelo navegador',
    busy: 'está em outra chamada',
    'too-fast': 'rápido demais: tente de novo em instantes',
    'call-full': 'a chamada está cheia',
    'already-invited': 'já recebeu um convite de alguém daqui',
    'already-member': 'já está nesta chamada',
    'only-two': 'só pode falar com uma pessoa de cada vez',
    'call-of-two': 'alguém nesta chamada só pode falar com uma pessoa de cada vez',
    'calling-yourself': 'é você',
  },
  invitationRefused: (code: string) => `não foi possível (${code})`,

  addressesIfJoined:
    'Se você atender, todos nessa chamada recebem todos os endereços de rede do seu aparelho.',
  invites: (name: string) => `${name} convida você para uma chamada`,
  invitesWith: (name: string, others: string) =>
    `${name} convida você para uma chamada com ${others}`,
  andMore: (count: number) => (count === 1 ? 'mais 1' : `mais ${count}`),
}
