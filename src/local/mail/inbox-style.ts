/** The looks of the inbox: two columns, and one below the other where there is no room. */
export const inboxStyle = `
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:#14213d;background:#fff;margin:0}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;padding:1rem;border-bottom:1px solid #d5d9e2}
h1,h2,h3,header p{margin:0}h1{font-size:1.5rem}h2{font-size:1.35rem;overflow-wrap:anywhere}h3{font-size:1rem;margin-bottom:.5rem}
header p{flex:1 1 14rem;color:#4a5670}
.panes{display:grid;grid-template-columns:minmax(14rem,20rem) minmax(0,1fr)}
nav{border-right:1px solid #d5d9e2;max-height:calc(100vh - 5rem);overflow:auto;position:sticky;top:0}
nav ol{list-style:none;margin:0;padding:0}nav p{padding:0 1rem}
nav a{display:grid;padding:.75rem 1rem;border-bottom:1px solid #e7eaf0;color:inherit;text-decoration:none;overflow-wrap:anywhere}
nav a:hover{background:#f3f5f9}nav a[aria-current]{background:#e6ecf8;box-shadow:inset 4px 0 #14213d}
nav span,nav time,li span{color:#4a5670;font-size:.875rem}
main{padding:1rem;min-width:0}.empty{padding:3rem 1rem;text-align:center}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem;margin:.75rem 0}
dt{color:#4a5670}dd{margin:0;overflow-wrap:anywhere}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}.buttons form{margin:0}
button,.button{font:inherit;padding:.5rem .9rem;border:1px solid #14213d;border-radius:6px;background:#fff;color:#14213d;cursor:pointer;text-decoration:none}
button:hover,.button:hover{background:#f3f5f9}button:disabled{color:#667085;border-color:#b4bac6;cursor:not-allowed}
:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}nav a:focus-visible{outline-offset:-3px}
a{color:#1d4ed8}
.content{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.5rem}
.content section{margin-bottom:1.5rem}
iframe{width:100%;height:70vh;border:1px solid #d5d9e2;border-radius:6px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font:.875rem/1.5 ui-monospace,monospace}
.headers{display:block;font-size:.875rem}.headers dd{margin-bottom:.5rem}
ul{margin:0;padding-left:1.25rem;overflow-wrap:anywhere}
@media (max-width:70rem){.content{grid-template-columns:minmax(0,1fr)}}
@media (max-width:45rem){.panes{grid-template-columns:minmax(0,1fr)}
nav{position:static;max-height:40vh;border-right:0;border-bottom:2px solid #d5d9e2}
dl:not(.headers){grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.25rem}}`;
