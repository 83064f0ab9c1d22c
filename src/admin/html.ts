/** The few pages that are made on the server: signing in, setting a password, errors. */

interface Page {
  readonly title: string;
  readonly body: string;
}

function page({ title, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ToteTaxi</title>
<link rel="icon" href="/admin/frontend/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/admin/frontend/assets/panel.css">
</head>
<body class="door"><main class="door-card">
<p class="door-brand"><img src="/admin/frontend/assets/favicon.svg" alt="" width="32" height="32"> ToteTaxi</p>
${body}
</main></body>
</html>`;
}

interface SignIn {
  readonly error?: string;
  readonly email?: string;
  /** Where to go afterwards, within the panel. */
  readonly to: string;
  readonly hint: string | null;
}

export function signInPage({ error, email = '', to, hint }: SignIn): string {
  return page({
    title: 'Sign in',
    body: `<h1>Sign in</h1>
${error === undefined ? '' : `<p class="message bad" role="alert">${escapeHtml(error)}</p>`}
<form method="post" action="/admin/login">
<input type="hidden" name="to" value="${escapeHtml(to)}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${escapeHtml(email)}"${email === '' ? ' autofocus' : ''}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"${email === '' ? '' : ' autofocus'}>
<button type="submit" class="primary">Sign in</button>
</form>
${hint === null ? '' : `<p class="door-hint">${escapeHtml(hint)}</p>`}`,
  });
}

export function setPasswordPage({ error }: { readonly error?: string }): string {
  return page({
    title: 'Set your password',
    body: `<h1>Set your password</h1>
${error === undefined ? '' : `<p class="message bad" role="alert">${escapeHtml(error)}</p>`}
<form method="post">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="200" aria-describedby="rule" autofocus>
<p class="help" id="rule">At least 12 characters. Three or four words are easy to keep.</p>
<button type="submit" class="primary">Set password and go to sign in</button>
</form>`,
  });
}

export function errorPage(facts: {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
}): string {
  return page({
    title: facts.title,
    body: `<h1>${escapeHtml(facts.title)}</h1>
<p>${escapeHtml(facts.detail)}</p>
<p><a class="button" href="/admin">Back to the panel</a></p>
<p class="door-hint">If you report it, say ${escapeHtml(facts.requestId)}.</p>`,
  });
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? '');
}
