// Runs a built entry of src in this very process (so that its pid is the application's), building first when needed.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node ${process.versions.node} is too old: 20.19 or newer is needed.\n`);
  process.exit(1);
}

const [entry = 'main', ...rest] = process.argv.slice(2);
const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'src', `${entry}.js`);
try {
  build();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.env.NODE_ENV = 'production';
process.env.TZ = 'UTC';
process.env.ADMIN_JS_SKIP_BUNDLE = 'true';
// The lockfile holds a version that runs here; what later ones will need is no news for whoever starts it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(file).href);
