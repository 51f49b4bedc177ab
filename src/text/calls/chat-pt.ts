let numbers: Intl.NumberFormat | undefined

/** Made once somebody needs it, which is never on a server. */
const digits = () => {
  numbers ??= new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 1 })
  return numbers
}

/** `1500000` → `1,5 MB`. */
export function sizeText(bytes: number, numbers: Intl.NumberFormat): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${numbers.format(bytes / 1_000 ** power)} ${units[power]}`
}

/** The words of the chat of a call, and of the files in it. */
export const chatPt = {
  chatEmpty:
    'Mensagens e arquivos vão direto de navegador a navegador. As mensagens somem com a chamada.',
  chatField: 'Mensagem',
  chatSend: 'Enviar',
  chatOwn: 'Você',
  chatNotSent: 'A mensagem não foi enviada: sem conexão com o outro lado.',
  chatMissed: (names: string) => `A mensagem não chegou a: ${names}.`,
  chatJoined: (name: string) => `${name} entrou.`,
  chatLeft: (name: string) => `${name} saiu.`,

  files: {
    size: (bytes: number) => sizeText(bytes, digits()),
    attach: 'Enviar arquivos',
    from: (name: string) => `De ${name}`,
    to: (name: string) => `Para ${name}`,
    accept: 'Receber',
    decline: 'Recusar',
    cancel: 'Cancelar',
    save: 'Salvar outra vez',
    ofFile: (action: string, file: string) => `${action}: ${file}`,
    /** Said of a file that comes in; then of one that goes out. */
    offers: (name: string, file: string, size: string) => `${name} quer enviar: ${file}, ${size}`,
    offered: 'Receber este arquivo?',
    tooLarge: (most: string) => `Grande demais: este navegador recebe no máximo ${most}.`,
    opening: 'Abrindo um lugar para o arquivo…',
    receiving: (percent: number, rate: string) => `Recebendo: ${percent} %, ${rate}/s`,
    received: 'Recebido e salvo.',
    handedOver: 'Recebido: está nos downloads deste navegador.',
    asks: 'Esperando a resposta…',
    waits: 'Aceito: espera a vez…',
    sending: (percent: number, rate: string) => `Enviando: ${percent} %, ${rate}/s`,
    sent: 'Enviado.',
    left: (seconds: number) =>
      seconds < 60 ? `faltam ${seconds} s` : `faltam ${Math.ceil(seconds / 60)} min`,
    over: {
      in: {
        declined: 'Você recusou.',
        'cancelled-here': 'Você cancelou: nada foi guardado.',
        'cancelled-there': 'O envio foi cancelado: nada foi guardado.',
        'failed-here': 'Este navegador não pôde guardar o arquivo. Há espaço no disco?',
        'failed-there': 'O arquivo não pôde ser lido do outro lado.',
        'too-many': 'Arquivos demais de uma vez.',
        gone: 'A conexão acabou antes: nada foi guardado.',
      },
      out: {
        declined: 'Recusado.',
        'cancelled-here': 'Você cancelou.',
        'cancelled-there': 'Cancelado do outro lado.',
        'failed-here': 'O arquivo não pôde ser lido.',
        'failed-there': 'O outro lado não pôde guardar o arquivo.',
        'too-many': 'Não foi oferecido: são arquivos demais de uma vez.',
        gone: 'A conexão acabou antes.',
      },
    },
    cannotTake: (name: string) => `A página de ${name} não recebe arquivos.`,
    nobody: 'O arquivo não foi enviado: sem conexão com o outro lado.',
    unreadable: (file: string) => `Não foi possível ler: ${file}`,
    half: (file: string) => `${file}: metade`,
    ended: (file: string, how: string) => `${file}: ${how}`,
  },
}
