/** What every page of ours has: its frame and style, boxes of words, and texts made safe. */

export function refusalPage(nonce: string, words: string): string {
  return page(nonce, 'Not possible', `<p role="alert">${escapeHtml(words)}</p>`);
}

/** How something stands, in a box. */
export function message(tone: 'good' | 'warn' | 'bad', words: string): string {
  return `<p class="message ${tone}" role="${tone === 'good' ? 'status' : 'alert'}">${escapeHtml(words)}</p>`;
}

/** A whole page of ours, without script. */
export function page(nonce: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,"><title>${escapeHtml(title)} · ToteTaxi</title>
<style nonce="${nonce}">${style}</style></head>
<body><main><p class="brand">ToteTaxi</p><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>`;
}

const style = `
body{margin:0;font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;color:#1c2433;background:#f5f6f8}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #dfe3ea;border-radius:8px}
.brand{margin:0;font-weight:650;color:#14213d}h1{font-size:1.5rem;margin:.5rem 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
dl div{display:flex;gap:1rem;padding:.25rem 0}dt{flex:none;width:6rem;color:#566074}dd{margin:0}
table{width:100%;border-collapse:collapse;margin-top:1rem}caption{text-align:left;font-weight:600}
th{text-align:left;font-weight:400}td{text-align:right;font-variant-numeric:tabular-nums}
th,td{padding:.4rem 0;border-bottom:1px solid #dfe3ea}tfoot th,tfoot td{font-weight:650}
.message{padding:.75rem 1rem;border-radius:6px}.good{color:#1d6b42;background:#e3f3ea}
.warn{color:#7a4b00;background:#fbf0da}.bad{color:#a4262c;background:#fbe6e6}.due strong{font-size:1.25rem;margin-left:.5rem}
label{display:block;font-weight:600}select,button{font:inherit;width:100%;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
button{border:0;background:#14213d;color:#fff;cursor:pointer}button:disabled{background:#566074}button.quiet{border:1px solid #566074;background:#fff;color:#14213d}
fieldset{margin:0 0 1.25rem;padding:0;border:0}legend{padding:0;font-weight:600;margin-bottom:.25rem}
.choice{display:flex;align-items:center;gap:.75rem;padding:.6rem .75rem;margin-top:.4rem;border:1px solid #dfe3ea;border-radius:6px;font-weight:400;cursor:pointer}
.choice:has(:checked){border-color:#14213d;background:#f5f6f8}.choice input{flex:none;width:1.15rem;height:1.15rem;margin:0;accent-color:#14213d}.choice span{color:#566074;min-width:1rem;font-variant-numeric:tabular-nums}
textarea{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
.hint{color:#566074}
form[hidden]{display:none}progress{width:100%;height:.75rem;margin-top:.5rem;accent-color:#14213d}input[type=file]{font:inherit;box-sizing:border-box;width:100%;max-width:100%;padding:.7rem;margin-top:.5rem;border:1px solid #566074;border-radius:6px}
details form{margin-top:1rem}summary{cursor:pointer}#told:empty{display:none}
input[type=email]{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
a{color:#14213d}.who,.pages{display:flex;align-items:center;justify-content:space-between;gap:1rem;flex-wrap:wrap}.who p{margin:0;overflow-wrap:anywhere}.who button{width:auto;margin:0;padding:.4rem .8rem}
.bookings{list-style:none;margin:1rem 0;padding:0}.bookings li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.15rem 1rem;padding:.7rem 0;border-top:1px solid #dfe3ea}.bookings li:last-child{border-bottom:1px solid #dfe3ea}
.bookings a{font-weight:600}.bookings .hint{flex-basis:100%}.status{padding:.1rem .6rem;border-radius:1rem;font-size:.9rem}.status.quiet{color:#424b5c;background:#edeff3}
:focus-visible{outline:3px solid #c8963e;outline-offset:2px}`;

/** A text inside a script that it cannot end. */
export function scriptText(text: string): string {
  return JSON.stringify(text).replace(/</g, '\\u003c');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
