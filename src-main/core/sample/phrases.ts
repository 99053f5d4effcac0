import type { Random } from './random.ts';

type Phrases = readonly [string, ...string[]];

const openings: Record<'en' | 'pt', Phrases> = {
  en: [
    'Can you explain why the nightly batch stopped at step {n}?', 'Create a file called report_{n}.txt with the list of failed jobs.', 'The job on workstation WS{n} has been in READY since yesterday.',
    'How do I write a test for the retry logic?', 'Refactor this function so that it reads one line at a time.', 'What does exit code {n} mean here?', 'Show me all jobs that depend on PAYROLL_{n}.',
    'I get “database is locked” when two workers start together. What can I do?', 'Please review this pull request and tell me what could break.', 'Write a query that counts messages per day.',
  ],
  pt: [
    'Você consegue explicar por que o lote da noite parou na etapa {n}?', 'Crie um arquivo chamado relatorio_{n}.txt com a lista de jobs que falharam.', 'O job da estação WS{n} está em READY desde ontem.',
    'Como escrevo um teste para a lógica de repetição?', 'Refatore esta função para ler uma linha de cada vez.', 'O que significa o código de saída {n} aqui?', 'Mostre todos os jobs que dependem de FOLHA_{n}.',
    'Aparece “database is locked” quando dois processos começam juntos. O que posso fazer?', 'Revise este pull request, por favor, e diga o que pode quebrar.', 'Escreva uma consulta que conte as mensagens por dia.',
  ],
};

const sentences: Record<'en' | 'pt', Phrases> = {
  en: [
    'The file is read in blocks of {n} rows, so memory stays flat.', 'First check the log of the agent; the last line usually names the object.', 'That is expected: SQLite allows one writer at a time.',
    'A retry with a growing pause solves it in most cases — but not when the disk is full.', 'Here is a version that closes the connection even when an error is raised.', 'Note that the value is compared as text, so “10” comes before “9”.',
    'After {n} attempts the job is marked as failed and the operator is told.', 'I would keep the old column until every reader has been changed.', 'The index on created_at makes this query {n} times faster.', 'If the workspace is shared, use a lock file next to it.',
    'Nothing is deleted: the entries move to the archive table.', 'The naïve approach works for small files only.',
  ],
  pt: [
    'O arquivo é lido em blocos de {n} linhas, então a memória não cresce.', 'Primeiro confira o log do agente; a última linha costuma dizer qual é o objeto.', 'Isso é esperado: o SQLite permite um escritor por vez.',
    'Uma nova tentativa com pausa crescente resolve na maioria dos casos — mas não quando o disco está cheio.', 'Aqui está uma versão que fecha a conexão mesmo quando ocorre um erro.', 'Repare que o valor é comparado como texto, portanto “10” vem antes de “9”.',
    'Depois de {n} tentativas o job é marcado como falho e o operador é avisado.', 'Eu manteria a coluna antiga até que todos os leitores tenham mudado.', 'O índice em created_at deixa essa consulta {n} vezes mais rápida.', 'Se a área de trabalho for compartilhada, use um arquivo de trava ao lado dela.',
    'Nada é apagado: as entradas vão para a tabela de arquivo.', 'Atenção à codificação: acentuação, ção e não ASCII precisam de UTF-8. 👍',
  ],
};

const code: Phrases = [
  '```python\nfor line in open(path, encoding="utf-8"):\n    if not line.strip():\n        continue\n    handle(line)\n```',
  '```sql\nSELECT date(created_at) AS day, count(*)\nFROM conversation_history\nGROUP BY day\nORDER BY day;\n```',
  '```bash\n#!/bin/sh\nset -eu\nfind "$1" -name "*.log" -mtime +{n} -print0 | xargs -0 gzip\n```',
  '```python\ndef retry(work, times={n}):\n    for attempt in range(times):\n        try:\n            return work()\n        except OSError:\n            time.sleep(2 ** attempt)\n```',
];

function filled(text: string, random: Random): string {
  return text.replaceAll('{n}', () => String(random.int(2, 480)));
}

/** What a person asks: one line, sometimes two. */
export function question(random: Random, language: 'en' | 'pt'): string {
  const first = filled(random.pick(openings[language]), random);
  return random.chance(0.3) ? `${first} ${filled(random.pick(sentences[language]), random)}` : first;
}

/** What a program answers: a few sentences, at times with code; most are short, few are long, as in real chats. */
export function answer(random: Random, language: 'en' | 'pt'): string {
  const parts: string[] = [];
  const count = random.chance(0.1) ? random.int(12, 40) : random.int(2, 9);
  for (let index = 0; index < count; index += 1) parts.push(filled(random.pick(sentences[language]), random));
  const text = parts.join(' ');
  return random.chance(0.35) ? `${text}\n\n${filled(random.pick(code), random)}` : text;
}

/** A paragraph of documentation. */
export function passage(random: Random, count: number): string {
  return Array.from({ length: count }, () => filled(random.pick(sentences[random.chance(0.5) ? 'en' : 'pt']), random)).join(' ');
}
