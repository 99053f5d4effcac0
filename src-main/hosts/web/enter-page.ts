import { webTexts } from './texts.ts';
import type { WebLanguage } from './texts.ts';

/** Where the page keeps its half of the session; `src-renderer/transport/web-socket.ts` reads it. */
export const pageKeyName = 'travessia-key';

/** The sign-in page: takes the token from the address's fragment (never sent to a server) or a typed code. */
export function enterPage(language: WebLanguage): string {
  const text = webTexts[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/enter.css">
<script src="/enter.js" defer></script>
</head>
<body>
<main>
<h1>${text.title}</h1>
<form id="form" hidden>
<p id="explain">${text.explain}</p>
<label for="code">${text.label}</label>
<input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required aria-describedby="explain message">
<button>${text.submit}</button>
</form>
<p id="message" role="alert" data-refused="${text.refused}" data-limited="${text.limited}" data-unreachable="${text.unreachable}" data-storage="${text.storage}"></p>
</main>
</body>
</html>
`;
}

/** Exchanges the secret with a POST, so that its Origin is checked and nothing secret stands in a request's address. */
export const enterScript = `const form = document.getElementById('form');
const message = document.getElementById('message');
const code = document.getElementById('code');

function show(reason) {
  message.textContent = message.dataset[reason];
  form.hidden = false;
  code.focus();
}

async function exchange(secret) {
  message.textContent = '';
  let reply;
  try {
    reply = await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ secret }) });
  } catch {
    return show('unreachable');
  }
  if (!reply.ok) return show(reply.status === 429 ? 'limited' : 'refused');
  try {
    localStorage.setItem('${pageKeyName}', (await reply.json()).key);
  } catch {
    return show('storage');
  }
  location.replace('/');
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void exchange(code.value);
});

const token = location.hash.slice(1);
history.replaceState(null, '', '/enter');
if (token) void exchange(token);
else { form.hidden = false; code.focus(); }
`;

export const enterStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f7f7f5, #1b1c1e); color: light-dark(#1d1f21, #e8e8e6); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(26rem, calc(100vw - 3rem)); }
h1 { font-size: 1.25rem; }
label { display: block; font-weight: 600; }
input { font: 1.25rem/1.5 ui-monospace, monospace; letter-spacing: .1em; width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
button { font: inherit; padding: .5rem 1.25rem; }
`;
