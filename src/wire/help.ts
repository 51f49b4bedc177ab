/** What `help` answers: the requests, one line each, and a line with a single `.` */
export const helpLines: readonly string[] = [
  'NOME,IP,PORTA,PORTA_DE_CHAMADA  registra você com o IP e a porta desta conexão',
  'register,NOME,PORTA_DE_CHAMADA  o mesmo; IP e porta são os desta conexão',
  'list  os nomes registrados, em ordem de registro',
  'details,NOME  IP e porta de chamada de alguém',
  'details,NOME,IP  o mesmo, de quem tem exatamente esse nome e esse IP',
  'watch  quem está aqui e, daí em diante, cada mudança',
  'ready  você passa a receber chamadas nesta conexão',
  'ready,conference  o mesmo, também para chamadas de mais de duas pessoas',
  'call,NOME  liga para alguém; a resposta traz o ID da chamada',
  'call,NOME,IP  o mesmo, para quem tem exatamente esse nome e esse IP',
  'accept,ID  atende; opcionalmente com as portas: accept,ID,AUDIO,VIDEO',
  'decline,ID  recusa',
  'invite,ID,NOME  chama alguém para a chamada em curso; também invite,ID,NOME,IP',
  'hangup,ID  desliga ou cancela; hangup,ID,NOME,IP retira um convite',
  'signal,ID,SINAL  entrega algo ao outro lado da chamada, em base64url',
  'signal,ID,SINAL,NOME,IP  o mesmo, a um dos participantes',
  'resume,ID  retoma a chamada; também resume,ID,NOME,IP',
  'ping  responde pong',
  'hello  a versão do protocolo e o que este servidor sabe fazer',
  'auth,CHAVE  torna esta conexão confiável',
  'kick,NOME,IP,TEXTO  o operador desconecta alguém, que lê o texto',
  'block,IP,SEGUNDOS  o operador bloqueia um endereço; também unblock,IP e blocked',
  'notice,TEXTO  o operador avisa todos; notice retira o aviso',
  'help  esta ajuda',
  'quit  encerra a conexão e o registro',
  '.',
]

/** The version of the protocol, as `hello` answers. It changes only if old clients could not go on. */
export const protocolVersion = '1'

/**
 * What this server can do beyond the first version of the protocol, as `hello` tells it. PROTOCOL.md
 * says what each word means. A word is never taken out: clients decide by it.
 */
export const features = [
  'resume-by-id',
  'call-parties',
  'left-or-lost',
  'moved',
  'missed',
  'conference',
  'operator',
] as const

/** Told besides, to a connection that has to say the access code before anything else. */
export const accessCodeFeature = 'access-code'
