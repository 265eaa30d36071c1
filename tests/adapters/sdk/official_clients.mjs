// Usage: node official_clients.mjs MODULES_FOLDER UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR
// The clients are loaded from MODULES_FOLDER, so that the source folder stays free of node_modules.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { elevenlabsNodeSuite } from './elevenlabs_node_suite.mjs';
import { elevenlabsSuite } from './elevenlabs_suite.mjs';
import { results } from './harness.mjs';
import { unipileSuite } from './unipile_suite.mjs';

const [modules, unipileBinary, elevenlabsBinary] = process.argv.slice(2);
if (!elevenlabsBinary) {
  console.error('usage: official_clients.mjs MODULES_FOLDER UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR');
  process.exit(2);
}
const require = createRequire(join(modules, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)));

// The browser client finds its WebSocket in the global scope; Node has one of its own only since version 22.
globalThis.WebSocket = require('ws');

let failure = 0;
try {
  await unipileSuite(require('unipile-node-sdk'), unipileBinary);
  const { ElevenLabsClient } = require('@elevenlabs/elevenlabs-js');
  const { webhooks } = new ElevenLabsClient({ apiKey: 'none' });
  await elevenlabsSuite(await load('@elevenlabs/client'), webhooks, elevenlabsBinary);
  const parts = require('@elevenlabs/elevenlabs-js/api/resources/conversationalAi/conversation');
  await elevenlabsNodeSuite(ElevenLabsClient, parts, elevenlabsBinary);
} catch (error) {
  console.error(error);
  failure = 1;
}
console.log(`${results.passed} passed, ${results.failed + failure} failed`);
process.exit(results.failed + failure > 0 ? 1 : 0);
