/**
 * What of the index a beginning of a word can be found by. The index holds stems: words that begin with `maria` are there as what begins so
 * (`mariana`), or as a stem that is shorter than the beginning (`mar`, of `maria` itself). To ask for all that begins with the stem of the
 * beginning (`mar:*`) would find `marcado` and `marco` too, thousands of them.
 */

/** First letters of what the stemmers of Snowball take off: a stem ends before one of these, or between two equal consonants (`refer|red`). */
const cutBefore = { en: new Set('aeiouflmnsty'), pt: new Set('aeioumsç') } as const;
/** Words whose stems the English stemmer has in a list (Snowball, english.sbl, exception1). */
const listed: readonly (readonly [word: string, stem: string])[] = [['skis', 'ski'], ['skies', 'sky'], ['dying', 'die'], ['lying', 'lie'], ['tying', 'tie']];
const shortestStem = 2;

/**
 * Stems, shorter than a beginning or spelt otherwise at their end, that a word with this beginning may have; besides, its stem begins as the
 * word does.
 * @param beginning - folded letters, a to z; of anything else there is no stem
 */
export function shorterStems(beginning: string, language: 'en' | 'pt'): readonly string[] {
  const found = new Set<string>();
  for (let length = shortestStem; length <= beginning.length; length += 1) {
    const stem = beginning.slice(0, length);
    const rest = beginning[length];
    // Snowball's English: `happy` is `happi`.
    if (language === 'en' && stem.endsWith('y')) found.add(`${stem.slice(0, -1)}i`);
    if (rest === undefined || !(cutBefore[language].has(rest) || rest === stem.at(-1))) continue;
    found.add(stem);
    // `hoping` is `hope`, `possibility` is `possibl`.
    if (language === 'en') for (const ending of stem.endsWith('b') ? ['e', 'l', 'le'] : ['e']) found.add(stem + ending);
  }
  if (language === 'en') for (const [word, stem] of listed) if (word.startsWith(beginning)) found.add(stem);
  return [...found].filter((stem) => !stem.startsWith(beginning));
}

/** The beginning as a tsquery in the configuration of a language; null where the server must be asked, because it knows more letters. */
export function beginningQuery(word: string, configuration: 'en' | 'pt' | 'simple'): string | null {
  if (!/^[a-z\d]+$/.test(word)) return null;
  const stems = configuration === 'simple' || /\d/.test(word) ? [] : shorterStems(word, configuration);
  return [`'${word}':*`, ...stems.map((stem) => `'${stem}'`)].join(' | ');
}
