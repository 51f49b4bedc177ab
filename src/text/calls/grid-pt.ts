/** The words of the pictures of a call of several people. */
export const callGridPt = {
  you: 'Você',
  enlarge: (name: string) => `Ampliar a imagem de ${name}`,
  enlargeOwn: 'Ampliar a sua própria imagem',
  tileReconnecting: 'Reconectando…',
  cameIn: (name: string) => `${name} entrou na chamada.`,
  wentOut: (name: string) => `${name} saiu da chamada.`,
  memberBroken: (name: string) => `A conexão com ${name} caiu.`,
  memberBack: (name: string) => `A conexão com ${name} voltou.`,
}
