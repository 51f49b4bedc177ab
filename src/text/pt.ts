import { callPt } from './call-pt.ts'

/** The words of the pages. Portuguese is the source: its shape is what every language must fill. */
export const pt = {
  language: 'pt-BR',
  languageName: 'Português',
  appName: 'Encontro',
  tagline: 'Uma lista de quem está aqui e uma campainha para chamadas diretas.',
  skipToContent: 'Ir para o conteúdo',
  switchLanguage: 'Idioma',

  signInTitle: 'Registrar',
  signInIntro:
    'Diga como quer ser chamado e em que porta recebe chamadas. Os outros verão o seu nome, o seu IP e essa porta.',
  name: 'Nome',
  nameHint: 'Até 64 caracteres, sem vírgula.',
  callPort: 'Porta de chamada',
  callPortHint: 'De 1 a 65535. Sugerimos uma que ninguém usa.',
  accessCode: 'Código de acesso',
  accessCodeHint: 'Quem opera este servidor o conhece.',
  wrongAccessCode: 'O código de acesso não está certo.',
  tooManyCodes: 'Códigos errados demais. Tente de novo em um minuto.',
  tooManyRegistrations: 'Registros demais em pouco tempo. Tente de novo em instantes.',
  tooManyRequests: 'Pedidos demais em pouco tempo. Tente de novo em instantes.',
  tooManyTabs:
    'Há abas demais abertas aqui: esta não acompanha as mudanças. Feche outra e recarregue.',
  signIn: 'Registrar',
  yourAddress: (ip: string) => `O seu IP, visto daqui, é ${ip}.`,

  peopleTitle: 'Quem está aqui',
  you: 'você',
  registeredAs: (name: string) => `Registrado como ${name}`,
  refreshPeople: 'Consultar usuários',
  listAsOf: 'Esta lista é de',
  askAgainForChanges: 'Ela não muda sozinha: consulte outra vez.',
  filter: 'Filtrar por nome ou IP',
  order: 'Ordem',
  orderByName: 'por nome',
  orderByNewest: 'mais recentes',
  people: (count: number) =>
    count === 1 ? '1 pessoa registrada' : `${count.toLocaleString('pt-BR')} pessoas registradas`,
  peopleMatching: (matching: number, count: number) =>
    `${matching.toLocaleString('pt-BR')} de ${pt.people(count)}`,
  onlyYou: 'Por enquanto só você está aqui.',
  nobody: 'Ninguém está registrado ainda.',
  inviteByTerminal: 'Abra esta página em outro navegador, ou cole isto em um terminal:',
  codePlaceholder: 'CÓDIGO',
  nobodyMatches: 'Ninguém com esse nome ou IP.',
  more: 'Mostrar mais',
  firstPage: 'Voltar ao começo da lista',
  since: 'desde',
  joined: (name: string) => `${name} entrou`,
  left: (name: string) => `${name} saiu`,
  joinedMany: (count: number) => `${count} pessoas entraram`,
  leftMany: (count: number) => `${count} pessoas saíram`,

  personTitle: (name: string) => `Detalhes de ${name}`,
  ip: 'IP',
  callAddress: 'Endereço de chamada',
  copy: 'Copiar',
  copied: 'Copiado',
  copyCallAddress: (address: string) => `Copiar ${address}`,
  registeredSince: 'Registrado desde',
  stillHere: 'Está aqui agora',
  goneAway: (name: string) => `${name} não está mais registrado.`,
  close: 'Fechar',
  back: 'Voltar à lista',

  callNow: 'Ligar',
  busy: 'em chamada',
  callPerson: (name: string) => `Ligar para ${name}`,
  busyNow: (name: string) => `${name}: em chamada`,

  leave: 'Encerrar conexão',
  leftNotice: 'Conexão encerrada',
  lostNotice:
    'O seu registro terminou: a conexão com o servidor se perdeu ou ficou tempo demais sem uso. Confira os dados e registre-se outra vez.',
  notBackNotice: 'O servidor voltou, mas não foi possível registrar você outra vez:',
  offline:
    'Sem ligação constante com o servidor: a lista não muda sozinha e chamadas não chegam aqui. Tentando outra vez…',
  cookiesNeeded:
    'Você não foi registrado: este navegador não guardou o cookie desta página. Permita cookies aqui e envie o formulário outra vez.',
  registryAway: 'O registro não responde agora. Tente outra vez em instantes.',

  call: callPt,

  problemTitle: 'Algo deu errado',
  notFound: 'Esta página não existe.',
  personNotFound: 'Ninguém com esse nome está registrado agora.',
  noHost: 'O pedido não diz a que servidor vai.',
  unknownHost:
    'Este servidor não atende por esse nome. Use o endereço IP, localhost ou um nome configurado em PUBLIC_HOSTS.',
  forbidden: 'O pedido não veio desta página.',
  forbiddenOrProxy:
    'O pedido parece não ter vindo desta página. Se veio, há um proxy no caminho que não diz ao servidor o endereço que você abriu (o cabeçalho Host). Avise quem opera este servidor: o log dele diz o que falta.',
  internal: 'O servidor encontrou um erro. Ele foi anotado; tente outra vez.',
  goHome: 'Ir para o início',

  /** By the registry's codes, never by its prose. */
  refusals: {
    'already-registered': 'Já há alguém com este nome neste IP.',
    'call-port-taken': 'Já há alguém neste IP recebendo chamadas nesta porta.',
    'server-port': 'Esta é a porta do próprio servidor. Escolha outra.',
    'same-port': 'Esta porta já está em uso pela conexão ao servidor. Escolha outra.',
    'malformed-request': 'O registro não pôde ler estes dados.',
    'unknown-request': 'O registro não conhece este pedido.',
    'bad-utf8': 'O texto contém caracteres inválidos.',
    'bad-name':
      'Este nome não serve: use de 1 a 64 caracteres visíveis, sem vírgula, sem asterisco no começo e que não seja um comando do protocolo.',
    'bad-ip': 'Este endereço IP não é válido.',
    'bad-port': 'A porta deve ser um número inteiro de 1 a 65535.',
    'not-your-ip': 'O registro não aceita este IP desta conexão.',
    'not-registered': 'É preciso se registrar primeiro.',
    'registered-here': 'Você já está registrado.',
    'unknown-user': 'Ninguém com esse nome está registrado agora.',
    'already-watching': 'Esta conexão já acompanha as mudanças.',
    'lines-only': 'O registro não aceita este pedido nesta conexão.',
    'bad-secret': 'A chave de acesso não está certa.',
    'line-too-long': 'O texto é longo demais.',
    'too-many-connections': 'O servidor atingiu o limite de conexões. Tente mais tarde.',
    'too-many-from-address': 'Há conexões demais desse endereço. Tente mais tarde.',
    'connecting-too-fast': 'Conexões demais em pouco tempo. Tente de novo em instantes.',
    'too-many-attempts': 'Tentativas demais. Tente mais tarde.',
    'access-code-needed': 'É preciso dizer o código de acesso.',
    busy: 'Está em outra chamada agora.',
    'not-ready': 'Não recebe chamadas por aqui: disque para o endereço de chamada.',
    'unknown-call': 'Esta chamada já terminou.',
    'wrong-state': 'A chamada não permite isso agora.',
    'already-in-call': 'Você já está em uma chamada.',
    'calling-yourself': 'Não dá para ligar para si mesmo.',
    'bad-signal': 'O registro não pôde ler um sinal da chamada.',
    'too-fast': 'Chamadas demais em pouco tempo. Tente outra vez em um minuto.',
  },
}

export type Text = typeof pt
