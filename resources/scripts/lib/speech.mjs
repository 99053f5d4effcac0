/**
 * What the launchers say, in the language of whoever started them. Plain JavaScript, like all here, since nothing is installed yet: the program's
 * own texts and its rule for the language are out of reach; a test holds that both rules agree and that no sentence lacks its Portuguese.
 */

/** Portuguese by its English; `{{name}}` stands for a value. */
export const portuguese = {
  'Installing packages…': 'Instalando os pacotes…',
  'Waiting for another installation to finish…': 'Esperando que outra instalação termine…',
  'Installing the packages failed.': 'A instalação dos pacotes falhou.',
  'Run `npm ci` and see its message; the network or the npm registry may be out of reach.': 'Execute `npm ci` e veja a mensagem; a rede ou o registro do npm podem estar fora de alcance.',
  'Building…': 'Compilando…',
  'Waiting for another build to finish…': 'Esperando que outra compilação termine…',
  'The build failed.': 'A compilação falhou.',
  'Travessia needs Node {{oldest}} or newer; this is Node {{here}}.': 'O Travessia precisa do Node {{oldest}} ou mais novo; este é o Node {{here}}.',
  'On Linux x86-64, `npm ci` (with optional packages) installs one beside the program; elsewhere install a newer Node and try again.': 'No Linux x86-64, `npm ci` (com os pacotes opcionais) instala um ao lado do programa; em outros sistemas, instale um Node mais novo e tente de novo.',
  'The Electron binary cannot be had here; starting the web host instead.': 'Não é possível obter aqui o binário do Electron; em seu lugar começa o host web.',
  'No window, as there is no display; starting the web host instead.': 'Sem janela, pois não há tela; em seu lugar começa o host web.',
  'No window, as Electron does not run as root with its sandbox on; starting the web host instead.': 'Sem janela, pois o Electron não roda como root com a sandbox ligada; em seu lugar começa o host web.',
  'The Electron binary is not installed here, and there is no display; starting the web host instead.': 'O binário do Electron não está instalado aqui, e não há tela; em seu lugar começa o host web.',
  'The Electron binary is not installed here, and Electron does not run as root with its sandbox on; starting the web host instead.': 'O binário do Electron não está instalado aqui, e o Electron não roda como root com a sandbox ligada; em seu lugar começa o host web.',
};

/**
 * The language that a person's environment asks for: the first of the variables that says anything counts (POSIX.1-2017, Base Definitions, 8.2).
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {'en' | 'pt-BR'}
 */
export function languageOf(env) {
  const said = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return said !== undefined && /^pt(?:[_.@-]|$)/i.test(said) ? 'pt-BR' : 'en';
}

/**
 * @param {string} sentence in English
 * @param {Readonly<Record<string, string | number>>} [values]
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function spoken(sentence, values = {}, env = process.env) {
  const words = languageOf(env) === 'pt-BR' ? (portuguese[sentence] ?? sentence) : sentence;
  return words.replaceAll(/\{\{(\w+)\}\}/g, (whole, name) => String(values[name] ?? whole));
}
