/** What `help` answers: the requests, one line each, and a line with a single `.` */
export const helpLines: readonly string[] = [
  'NOME,IP,PORTA,PORTA_DE_CHAMADA  registra você com o IP e a porta desta conexão',
  'register,NOME,PORTA_DE_CHAMADA  o mesmo; IP e porta são os desta conexão',
  'list  os nomes registrados, em ordem de registro',
  'details,NOME  IP e porta de chamada de alguém',
  'details,NOME,IP  o mesmo, de quem tem exatamente esse nome e esse IP',
  'watch  quem está aqui e, daí em diante, cada mudança',
  'ping  responde pong',
  'auth,CHAVE  torna esta conexão confiável',
  'help  esta ajuda',
  'quit  encerra a conexão e o registro',
  '.',
]
