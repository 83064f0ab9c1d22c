/** How a browser shall show a file, and its name: RFC 6266, with the name in ASCII too for what does not read RFC 5987. */
export function contentDisposition(disposition: 'inline' | 'attachment', fileName: string): string {
  const name =
    fileName
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
      .replace(/[/\\]/g, '_')
      .trim() || 'file';
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["%;]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
