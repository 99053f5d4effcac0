/**
 * The stop words of PostgreSQL's English and Portuguese dictionaries (share/tsearch_data/*.stop, from the Snowball project, BSD licence), folded.
 */
export const englishStops: ReadonlySet<string> = new Set([
  'i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they them their theirs',
  'themselves what which who whom this that these those am is are was were be been being have has had having do does did doing a an the and but if or',
  'because as until while of at by for with about against between into through during before after above below to from up down in out on off over under',
  'again further then once here there when where why how all any both each few more most other some such no nor not only own same so than too very s t',
  'can will just don should now',
].join(' ').split(' '));

export const portugueseStops: ReadonlySet<string> = new Set([
  'de a o que e do da em um para com nao uma os no se na por mais as dos como mas ao ele das seu sua ou quando muito nos ja eu tambem so pelo pela ate',
  'isso ela entre depois sem mesmo aos seus quem nas me esse eles voce essa num nem suas meu minha numa pelos elas qual lhe deles essas esses pelas este',
  'dele tu te voces vos lhes meus minhas teu tua teus tuas nosso nossa nossos nossas dela delas esta estes estas aquele aquela aqueles aquelas isto',
  'aquilo estou estamos estao estive esteve estivemos estiveram estava estavamos estavam estivera estiveramos esteja estejamos estejam estivesse',
  'estivessemos estivessem estiver estivermos estiverem hei ha havemos hao houve houvemos houveram houvera houveramos haja hajamos hajam houvesse',
  'houvessemos houvessem houver houvermos houverem houverei houveremos houverao houveria houveriamos houveriam sou somos sao era eramos eram fui foi',
  'fomos foram fora foramos seja sejamos sejam fosse fossemos fossem for formos forem serei sera seremos serao seria seriamos seriam tenho tem temos',
  'tinha tinhamos tinham tive teve tivemos tiveram tivera tiveramos tenha tenhamos tenham tivesse tivessemos tivessem tiver tivermos tiverem terei tera',
  'teremos terao teria teriamos teriam',
].join(' ').split(' '));
