/** The web host speaks before the console's own translations are loaded: sign-in page and terminal. */
export const webTexts = {
  en: {
    title: 'Sign in to Travessia',
    explain: 'Type the one-time code shown in the terminal where the console was started. Press Enter there for a new code.',
    label: 'One-time code',
    submit: 'Sign in',
    refused: 'This code or link is not valid: it was used, has expired, or was mistyped. Press Enter in the terminal for a new code.',
    limited: 'Too many wrong attempts. Wait a minute, then try again.',
    unreachable: 'The console does not answer. Check that it is still running in the terminal.',
    storage: 'The browser does not let this page keep anything. Allow site data for this address.',
    serving: (url: string) => `The console is at ${url}`,
    code: (code: string) => `One-time code: ${code}`,
    opened: 'Opening the browser. If nothing shows, press Enter here for a one-time code and type it at that address.',
    idle: (minutes: number) => `Nobody connected and nothing running for ${minutes} minutes: the console ends.`,
  },
  'pt-BR': {
    title: 'Entrar no Travessia',
    explain: 'Digite o código de uso único mostrado no terminal em que o console foi iniciado. Tecle Enter lá para obter um novo código.',
    label: 'Código de uso único',
    submit: 'Entrar',
    refused: 'Este código ou link não é válido: já foi usado, expirou ou foi digitado errado. Tecle Enter no terminal para obter um novo código.',
    limited: 'Tentativas erradas demais. Espere um minuto e tente de novo.',
    unreachable: 'O console não responde. Verifique se ele continua em execução no terminal.',
    storage: 'O navegador não permite que esta página guarde nada. Permita dados de site para este endereço.',
    serving: (url: string) => `O console está em ${url}`,
    code: (code: string) => `Código de uso único: ${code}`,
    opened: 'Abrindo o navegador. Se nada aparecer, tecle Enter aqui para obter um código de uso único e digite-o nesse endereço.',
    idle: (minutes: number) => `Ninguém conectado e nada em execução há ${minutes} minutos: o console termina.`,
  },
} as const;

export type WebLanguage = keyof typeof webTexts;

/** Portuguese where the first language the browser names that the console has is Portuguese; else English. */
export function languageOf(acceptLanguage: string | undefined): WebLanguage {
  const wanted = (acceptLanguage ?? '').split(',').map((part, index) => {
    const [tag = '', ...params] = part.trim().toLowerCase().split(';');
    const quality = Number(params.find((text) => text.trim().startsWith('q='))?.trim().slice(2) ?? 1);
    return { tag, index, quality: Number.isFinite(quality) ? quality : 0 };
  });
  const known = wanted.filter(({ tag, quality }) => quality > 0 && /^(en|pt)\b/.test(tag));
  known.sort((a, b) => b.quality - a.quality || a.index - b.index);
  return known[0]?.tag.startsWith('pt') ? 'pt-BR' : 'en';
}
