import type { FilesConfig } from '../../../config.ts';

/** The origin that browsers send files to and fetch them from, for a content security policy; `null` without a store. */
export function filesOrigin({ files }: { readonly files: FilesConfig | null }): string | null {
  if (files === null) return null;
  const { bucket, region, publicEndpoint, endpoint, forcePathStyle } = files;
  const amazons = `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const url = new URL(publicEndpoint ?? endpoint ?? amazons);
  // What the SDK cannot put before the host lies in the path.
  const inHost = !forcePathStyle && !isAddress(url.hostname) && fitsHost(bucket, url.protocol);
  if (inHost) url.hostname = `${bucket}.${url.hostname}`;
  return url.origin;
}

/** A name with a dot has no certificate. */
function fitsHost(bucket: string, protocol: string): boolean {
  return protocol === 'https:' ? !bucket.includes('.') : true;
}

function isAddress(hostname: string): boolean {
  return /^[\d.]+$|^\[/.test(hostname);
}
