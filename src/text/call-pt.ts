import { beforeCallsPt } from './before-calls-pt.ts'
import { addingPt } from './calls/adding-pt.ts'
import { chatPt } from './calls/chat-pt.ts'
import { connectionsPt } from './calls/connections-pt.ts'
import { callGridPt } from './calls/grid-pt.ts'
import { symbolsPt } from './calls/symbols-pt.ts'

/** The words of calls. Longer than other files: each word stands in one place. */
export const callPt = {
  ...beforeCallsPt,
  ...addingPt,
  ...connectionsPt,
  ...callGridPt,
  ...chatPt,
  noCalls: {
    missing:
      'Este navegador não faz chamadas: não tem WebRTC, ou está desligado. Com ele você aparece na lista, mas ninguém pode ligar para você.',
    refused:
      'Este navegador não deixa esta página fazer chamadas (WebRTC). Com ele você aparece na lista, mas ninguém pode ligar para você.',
  },
  addresses: 'O que uma chamada mostra',
  addressesShown: 'Em uma chamada, a outra pessoa recebe os endereços de rede do seu aparelho.',
  addressesExplained:
    'A lista mostra a todos um deles. Em uma chamada vão também os outros: o da rede da sua casa e, se você usa uma VPN, o de fora dela. Fale com quem você conhece.',
  addressesIfAnswered:
    'Se você atender, essa pessoa recebe todos os endereços de rede do seu aparelho.',
  understood: 'Entendi',
  relayOnly:
    'Passar as minhas chamadas por um servidor no meio: ninguém recebe os outros endereços do meu aparelho. Podem ficar um pouco mais lentas.',
  ringingIn: (name: string) => `${name} está ligando`,
  ringsFor: (seconds: number) =>
    seconds === 1 ? 'Toca por mais 1 segundo' : `Toca por mais ${seconds} segundos`,
  acceptVideo: 'Atender com vídeo',
  acceptAudio: 'Atender só com áudio',
  decline: 'Recusar',
  declineAndBlock: 'Recusar e bloquear',
  calling: (name: string) => `Ligando para ${name}…`,
  answering: (name: string) => `Atendendo ${name}…`,
  ringsThere: (seconds: number) => `Chamando (mais ${seconds} s)`,
  asking: 'Procurando…',
  cancel: 'Cancelar',
  ownPicture: 'A sua imagem',
  connecting: 'Conectando…',

  inCallWith: (name: string) => `Chamada com ${name}`,
  pictureOf: (name: string) => `Imagem de ${name}`,
  theirCameraOff: 'Câmera desligada',
  theirMicrophoneOff: 'Microfone desligado',
  theyShare: (name: string) => `${name} compartilha a tela`,
  youShare: 'Você está compartilhando a tela.',
  stopSharing: 'Parar',
  controls: 'Controles da chamada',
  mute: 'Silenciar microfone',
  cameraOff: 'Desligar câmera',
  flip: 'Virar câmera',
  share: 'Compartilhar tela',
  chat: 'Conversa',
  unread: (count: number) => (count === 1 ? '1 mensagem não lida' : `${count} mensagens não lidas`),
  more: 'Mais',
  pictureInPicture: 'Imagem flutuante',
  fullScreen: 'Tela cheia',
  devices: 'Câmera e microfone',
  help: 'Atalhos de teclado',
  hangUp: 'Desligar chamada',
  /** Below the pictures of the buttons, where there is room for one short word. */
  words: {
    microphone: 'Mic',
    camera: 'Câmera',
    flip: 'Virar',
    share: 'Tela',
    devices: 'Aparelhos',
    pictureInPicture: 'Flutuar',
    help: 'Teclas',
    hangUp: 'Desligar',
  },
  close: 'Fechar',

  quality: 'Qualidade da conexão',
  grades: { good: 'Boa', fair: 'Regular', poor: 'Ruim' },
  roundTrip: 'Ida e volta',
  loss: 'Perda de pacotes',
  received: 'Recebido',
  sent: 'Enviado',
  lastMinute: 'No último minuto',
  picture: (height: number, rate: number) =>
    `Imagem recebida: ${height}p, ${rate} quadros por segundo`,

  safety: 'Código de segurança',
  safetyShort: 'Segurança',
  safetyExplanation:
    'Leia o código em voz alta e confira com a outra pessoa. Se for o mesmo dos dois lados, ninguém está no meio: nem o servidor vê ou ouve a chamada.',
  safetyPending: 'Combinando o código…',
  safetyProblems: {
    'insecure-page':
      'Esta página não foi aberta por HTTPS. Sem isso não dá para verificar que ninguém está no meio.',
    mismatch:
      'Não foi possível verificar esta chamada. Alguém pode estar no meio: não diga nada confidencial.',
    stranger:
      'Outra pessoa tomou o lugar do outro lado nesta chamada. Nada mais é enviado: encerre a chamada.',
    silent: 'O outro lado não enviou o código. Esta chamada não pode ser verificada.',
  },

  camera: 'Câmera',
  microphone: 'Microfone',
  speaker: 'Alto-falante',
  deviceNumber: (number: number) => `Dispositivo ${number}`,
  usual: 'Padrão do navegador',
  level: 'Nível do microfone',

  shortcuts: {
    m: 'Silenciar ou ligar o microfone',
    v: 'Ligar ou desligar a câmera',
    d: 'Compartilhar a tela ou parar',
    c: 'Abrir ou fechar a conversa',
    a: 'Adicionar alguém à chamada',
    '?': 'Mostrar estes atalhos',
  },
  shortcutsOn: 'Usar os atalhos de uma tecla',
  startMedia: 'Ligar som e imagem',
  shortcutsHint: 'Valem enquanto você não estiver digitando.',

  reconnecting: 'A conexão caiu. Reconectando…',
  serverAway: 'Sem o servidor por agora; a chamada continua direto entre vocês.',
  channelAway: 'A conversa por texto não funciona mais nesta chamada.',

  audioProblems: {
    'insecure-page': 'O microfone precisa de uma página HTTPS.',
    none: 'Nenhum microfone encontrado: você só ouve.',
    denied: 'O microfone não foi permitido. Mude isso no cadeado da barra de endereço.',
    'in-use': 'O microfone está em uso por outro programa.',
    unplugged: 'O microfone foi desconectado e não há outro: você só ouve.',
    'not-changed': 'O outro microfone não abriu: continua em uso o de antes.',
    unknown: 'O microfone não abriu.',
  },
  microphoneNotes: {
    silenced: 'O sistema silenciou o microfone: o outro lado não ouve você.',
    replaced: (device: string) => `O microfone foi desconectado. Agora em uso: ${device}`,
  },
  videoProblems: {
    'insecure-page': 'A câmera precisa de uma página HTTPS.',
    none: 'Nenhuma câmera encontrada: o outro lado não vê você.',
    denied: 'A câmera não foi permitida. Mude isso no cadeado da barra de endereço.',
    'in-use': 'A câmera está em uso por outro programa.',
    unplugged: 'A câmera foi desconectada e não há outra: o outro lado não vê você.',
    'not-changed': 'A outra câmera não abriu: continua em uso a de antes.',
    unknown: 'A câmera não abriu.',
  },
  cameraNotes: {
    silenced: 'O sistema parou a câmera: o outro lado não vê você.',
    replaced: (device: string) => `A câmera foi desconectada. Agora em uso: ${device}`,
  },
  screenProblem: 'A tela não pôde ser compartilhada.',
  screenPaused: 'O sistema parou a imagem da tela compartilhada.',

  outcomes: {
    declined: (name: string) => `${name} recusou a chamada.`,
    busy: (name: string) => `${name} está em outra chamada.`,
    'no-answer': (name: string) => `${name} não atendeu.`,
    cancelled: () => 'Chamada cancelada.',
    missed: (name: string) => `Chamada perdida de ${name}.`,
    'declined-here': (name: string) => `Você recusou a chamada de ${name}.`,
    elsewhere: () => 'A chamada foi tratada em outra aba.',
    'hung-up': (name: string) => `${name} encerrou a chamada.`,
    'hung-up-here': () => 'Você encerrou a chamada.',
    left: (name: string) => `${name} saiu.`,
    failed: (name: string) =>
      `Não foi possível chegar até ${name}: as redes dos dois lados não deixam uma conexão direta.`,
    moved: () => 'A chamada passou para outra conexão sua.',
    lost: (name: string) => `A conexão com ${name} se perdeu.`,
    'not-set-up-there': (name: string) =>
      `O navegador de ${name} não conseguiu preparar a chamada.`,
    'server-away': () => 'Sem conexão com o servidor: a chamada não foi feita.',
  },
  /** `why` is the browser's own word. */
  notSetUp: (why: string) => `Este navegador não conseguiu preparar a chamada (${why}).`,
  /** By the registry's codes; the others have no better words than their own. */
  refusals: {
    'unknown-user': (name: string) => `${name} não está mais aqui.`,
    'not-ready': (name: string) => `${name} não recebe chamadas pelo navegador.`,
    'already-in-call': () => 'Você já está em uma chamada.',
    'calling-yourself': () => 'Não é possível ligar para si mesmo.',
    'too-fast': () => 'Rápido demais: tente de novo em instantes.',
  },
  refused: (code: string) => `A chamada não foi possível (${code}).`,
  callAgain: 'Ligar de novo',

  notificationBody: 'Clique para atender.',

  safetySymbols: symbolsPt,
}

export type CallText = typeof callPt
