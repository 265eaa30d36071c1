// Usage: node simulator_options.mjs MODULES_FOLDER UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR
// Every option of both stand-ins does what the README says.
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { elevenlabsOptions } from './elevenlabs_options.mjs';
import { results } from './harness.mjs';
import { unipileOptions } from './unipile_options.mjs';

const [modules, unipileBinary, elevenlabsBinary] = process.argv.slice(2);
if (!elevenlabsBinary) {
  console.error('usage: simulator_options.mjs MODULES_FOLDER UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR');
  process.exit(2);
}
let failure = 0;
try {
  await unipileOptions(unipileBinary);
  await elevenlabsOptions(createRequire(join(modules, 'package.json'))('ws'), elevenlabsBinary);
} catch (error) {
  console.error(error);
  failure = 1;
}
console.log(`${results.passed} passed, ${results.failed + failure} failed`);
process.exit(results.failed + failure > 0 ? 1 : 0);
