// Usage: node walk.mjs MODULES_FOLDER SESSIOND UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR
// Walks the server's OpenAPI document: every operation as everybody, with every answer checked against its schema.
// A route is covered by being documented; what the document cannot say stands in world.mjs.
import { randomBytes } from 'node:crypto';
import { check, results } from '../../adapters/sdk/harness.mjs';
import { Document } from './document.mjs';
import { ask, body_bytes_max, email_of, mark, roles, start_all, tenants } from './server.mjs';
import {
  bodies, credentials, elsewhere, json, other_provocations, path_values, preparations, provocations, World,
  wrong_credentials,
} from './world.mjs';

const [modules, ...programs] = process.argv.slice(2);
if (programs.length !== 3) {
  console.error('usage: walk.mjs MODULES_FOLDER SESSIOND UNIPILE_SIMULATOR ELEVENLABS_SIMULATOR');
  process.exit(2);
}
const { marked, other, featureless } = tenants;

let document;
let world;
const ids_of_marked = new Set();

function must(condition, text) {
  if (!condition) throw new Error(text);
}

function must_be(answer, status, code, who) {
  const got = `${answer.status} ${answer.json?.error?.code ?? ''}`;
  must(answer.status === status && (!code || answer.json?.error?.code === code),
    `${who}: expected ${status} ${code ?? ''}, got ${got}: ${answer.text.slice(0, 300)}`);
}

// Nothing of the marked tenant may stand in what anybody else is answered.
function must_not_leak(answer, who) {
  const text = answer.text + JSON.stringify([...answer.headers]);
  const found = text.match(mark)?.[0] ?? [...ids_of_marked].find((id) => text.includes(id));
  must(!found, `${who} was shown "${found}": ${answer.text.slice(0, 500)}`);
}

async function fresh_values(operation, tenant) {
  const values = {};
  for (const name of operation.path_parameters) {
    must(path_values[name], `no values for the path parameter ${name}: add them to world.mjs`);
    values[name] = await path_values[name](world, tenant);
    if (tenant === marked) ids_of_marked.add(values[name]);
  }
  return values;
}

function credentials_of(operation, tenant, role, body) {
  const headers = {};
  for (const name of Object.keys(operation.security[0] ?? {})) {
    if (name === 'bearer') {
      headers.authorization = `Bearer ${world.tokens.get(email_of(tenant, role))}`;
      continue;
    }
    must(credentials[name], `no credentials for the security scheme ${name}: add them to world.mjs`);
    Object.assign(headers, credentials[name](body));
  }
  return headers;
}

// Asks and checks the answer against the document. `tenant` null: without credentials.
async function call(operation, options = {}) {
  const { tenant = other, role = 'admin', values = {}, query = {}, body, headers = {}, kept } = options;
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? 'none'));
  const search = new URLSearchParams(query).toString();
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const identity = tenant ? credentials_of(operation, tenant, role, text) : {};
  const answer = await ask(world.base, operation.method, filled + (search && `?${search}`), {
    headers: { ...(text === undefined ? {} : json), ...identity, ...headers },
    body: text,
    kept,
  });
  document.check_answer(operation, answer);
  if (operation.id === 'connect' && answer.status === 200) world.account_is(tenant, answer.json.account_id);
  if (operation.id === 'disconnect' && answer.status === 200) world.account_is(tenant, undefined);
  if (tenant !== marked) must_not_leak(answer, `${operation.id} as ${tenant ? email_of(tenant, role) : 'nobody'}`);
  return answer;
}

function examples_of(operation) {
  return bodies[operation.id]?.() ?? operation.body?.examples ?? [undefined];
}

const may = (operation, role) => !operation.roles || operation.roles.includes(role);

async function needs_credentials(operation) {
  const values = await fresh_values(operation, marked);
  const [body] = examples_of(operation);
  must_be(await call(operation, { tenant: null, values, body }), 401, 'unauthorized', 'without credentials');
  const wrong = await call(operation, { tenant: null, values, body, headers: wrong_credentials });
  must_be(wrong, 401, 'unauthorized', 'with wrong ones');
}

async function needs_role(operation) {
  for (const role of roles.filter((role) => !may(operation, role))) {
    for (const tenant of [marked, other]) {
      const values = await fresh_values(operation, tenant);
      must_be(await call(operation, { tenant, role, values, body: examples_of(operation)[0] }), 403, 'forbidden', role);
    }
  }
}

async function needs_feature(operation) {
  for (const role of roles) {
    const values = await fresh_values(operation, marked);
    const answer = await call(operation, { tenant: featureless, role, values, body: examples_of(operation)[0] });
    must_be(answer, 403, may(operation, role) ? 'feature_disabled' : undefined, `${role} without ${operation.feature}`);
  }
}

async function hides_other_tenants(operation) {
  for (const name of operation.path_parameters) {
    for (const role of roles) {
      const foreign = await fresh_values(operation, marked);
      const values = { ...(await fresh_values(operation, other)), [name]: foreign[name] };
      const answer = await call(operation, { role, values, body: examples_of(operation)[0] });
      if (may(operation, role)) must_be(answer, 404, 'not_found', `${role} with another tenant's ${name}`);
      else must([403, 404].includes(answer.status), `${role} with another tenant's ${name}: ${answer.status}`);
    }
    const values = { ...(await fresh_values(operation, other)), [name]: randomBytes(12).toString('hex') };
    must_be(await call(operation, { values, body: examples_of(operation)[0] }), 404, 'not_found', `unknown ${name}`);
  }
}

async function succeeds(operation) {
  for (const role of roles.filter((role) => may(operation, role))) {
    for (const body of examples_of(operation)) {
      for (const tenant of operation.roles ? [marked, other] : [other]) {
        const values = await fresh_values(operation, tenant);
        await preparations[operation.id]?.(world, tenant, values);
        const answer = await call(operation, { tenant, role, values, body });
        must(answer.status < 300, `as ${email_of(tenant, role)}: ${answer.status} ${answer.text.slice(0, 300)}`);
      }
    }
  }
}

async function something_happens_at_marked() {
  const chat = await world.new_chat(marked);
  ids_of_marked.add(chat);
  await world.act(marked, 'admin', chat, 'takeover');
  await world.act(marked, 'admin', chat, 'send', { text: 'an answer of northmark' });
}

// What one tenant reads is the same before and after something happens at another. What it has begun itself may still be
// under way at first, and comes to an end; what another one changes, changes every time.
async function is_undisturbed(operation) {
  const values = await fresh_values(operation, other);
  let before;
  let after;
  for (let tries = 0; tries < 30; ++tries) {
    before = await call(operation, { values });
    await something_happens_at_marked();
    after = await call(operation, { values });
    if (before.text === after.text) return;
    await new Promise((resolve) => setTimeout(resolve, 20 * tries));
  }
  throw new Error(`changed by another tenant:\n${before.text}\n${after.text}`);
}

// Every kind of event that happens comes in its shape, and nothing of another tenant.
async function streams_its_own(operation) {
  const events = operation.responses['200'].content['text/event-stream']['x-events'];
  const expected = ['message', 'session', 'chat', 'decision', 'notification'];
  const kept = [];
  must_be(await call(operation, { kept }), 200, undefined, 'the stream');
  const [stream] = kept;
  try {
    await something_happens_at_marked();
    const chat = await world.new_chat(other);
    await world.act(other, 'admin', chat, 'takeover');
    await world.act(other, 'admin', chat, 'send', { text: 'to a chat that the provider does not know' });
    const come = await stream.until('events of all kinds', (seen) =>
      expected.every((name) => seen.some(({ event }) => event === name)));
    for (const { event, data } of come) document.must_match(events[event], data, `event ${event}`);
    must_not_leak({ text: stream.text, headers: [] }, 'the stream');
  } finally {
    stream.close();
  }
}

async function obeys_query(operation) {
  const values = await fresh_values(operation, other);
  for (const { name, schema, 'x-clamped-to': clamped, 'x-names': names } of operation.query_parameters) {
    const answer = (value) => call(operation, { values, query: { [name]: value } });
    if (schema.type === 'integer') {
      for (const wrong of ['-1', 'x', '1.5', '', String(schema.minimum - 1), '99999999999']) {
        const refused = await answer(wrong);
        must_be(refused, 400, 'bad_request', `${name}=${wrong}`);
        must(refused.json.error.message.includes(name), `the message does not name ${name}: ${refused.text}`);
      }
      const usual = await call(operation, { values });
      must(usual.json.pagination?.[name] === schema.default, `${name} is not ${schema.default} by default`);
      if (clamped === undefined) continue;
      for (const [asked, got] of [[clamped + 1, clamped], [clamped, clamped], [clamped - 1, clamped - 1]]) {
        const limited = await answer(asked);
        must(limited.json.pagination[name] === got, `${name}=${asked} gave ${limited.json.pagination[name]}`);
      }
    } else if (schema.type === 'array') {
      const all = schema.items.enum;
      for (const value of [...all, all.join(',')]) must_be(await answer(value), 200, undefined, `${name}=${value}`);
      for (const wrong of ['sideways', `${all[0]},sideways`, '', ',']) {
        must_be(await answer(wrong), 400, 'bad_request', `${name}=${wrong}`);
      }
    } else if (names) {
      const named = (tenant) => path_values[names](world, tenant);
      must_be(await answer(await named(other)), 200, undefined, `${name} of its own`);
      const foreign = await named(marked);
      ids_of_marked.add(foreign);
      must_be(await answer(foreign), 404, 'not_found', `${name} of another tenant`);
      must_be(await answer(randomBytes(12).toString('hex')), 404, 'not_found', `unknown ${name}`);
    } else if (schema.enum) {
      for (const value of schema.enum) must_be(await answer(value), 200, undefined, `${name}=${value}`);
      must_be(await answer('sideways'), 400, 'bad_request', `${name}=sideways`);
    } else {
      must_be(await answer('contact_'), 200, undefined, `${name}=contact_`);
      for (const value of ['northmark', '9055577', '+90 555 77', [...ids_of_marked][0]]) {
        const found = await answer(value);
        must(found.json.data.length === 0, `${name}=${value} found ${found.text}`);
      }
    }
  }
}

const wrong_type = { string: 12, boolean: 'yes', integer: 'x', number: 'x', array: 'x', object: 'x' };

async function refuses_bad_bodies(operation) {
  const values = await fresh_values(operation, other);
  const send = (body, headers) => call(operation, { values, body, headers });
  for (const broken of ['{', '[]', '"x"', '[['.repeat(5000)]) {
    must_be(await send(broken), 400, 'bad_request', `body ${broken.slice(0, 5)}`);
  }
  for (const [name, property] of Object.entries(operation.body.schema.properties ?? {})) {
    if (!wrong_type[property.type]) continue;
    const answer = await send({ ...operation.body.examples[0], [name]: wrong_type[property.type] });
    must_be(answer, 400, 'bad_request', `${name} of another type`);
    must(answer.json.error.message.includes(name), `the message does not name ${name}: ${answer.text}`);
  }
  for (const name of operation.body.schema.required ?? []) {
    const { [name]: _, ...rest } = operation.body.examples[0];
    must_be(await send(rest), 400, 'bad_request', `without ${name}`);
  }
  must_be(await send(JSON.stringify({ text: 'x'.repeat(body_bytes_max) })), 413, 'too_large', 'a large body');
  if (!operation.responses['415']) return;
  must_be(await send('a=b', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type', 'text');
  must_be(await send('{}', { 'content-encoding': 'gzip' }), 415, 'unsupported_encoding', 'gzip');
}

// A request that has a body without having to: even then it must be readable.
async function refuses_needless_bodies(operation) {
  const values = await fresh_values(operation, other);
  const send = (body, headers) => call(operation, { values, body, headers });
  must_be(await send('{'), 400, 'bad_request', 'broken body');
  must_be(await send(JSON.stringify({ text: 'x'.repeat(body_bytes_max) })), 413, 'too_large', 'a large body');
  must_be(await send('a=b', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type', 'text');
  must_be(await send('{}', { 'content-encoding': 'gzip' }), 415, 'unsupported_encoding', 'gzip');
}

async function provoke(promise) {
  const [id, status, code] = promise.split(' ');
  const operation = document.operations.find((candidate) => candidate.id === id);
  if (other_provocations[promise]) {
    const answer = await other_provocations[promise](world);
    document.check_answer(operation, answer);
    return must_be(answer, Number(status), code, promise);
  }
  const [tenant, ...requests] = provocations[promise];
  const chat = await world.new_chat(tenant);
  const [, body] = requests.at(-1);
  for (const [action, earlier, role] of requests.slice(0, -1)) {
    const done = await world.act(tenant, role ?? 'admin', chat, action, earlier);
    must(done.status === 200, `${action} before ${promise}: ${done.status} ${done.text}`);
  }
  return must_be(await call(operation, { tenant, values: { chatId: chat }, body }), Number(status), code, promise);
}

async function walk(operation) {
  const on = (what, act) => check(`${operation.id}: ${what}`, () => act(operation));
  const reads_for_tenant = operation.method === 'GET' && operation.roles;
  if (operation.security.length > 0) await on('nobody without credentials', needs_credentials);
  if (operation.roles) await on('only the roles it names', needs_role);
  if (operation.feature) await on('only tenants with the feature', needs_feature);
  if (operation.roles) await on('other tenants\' things do not exist', hides_other_tenants);
  await on('succeeds', succeeds);
  if (reads_for_tenant) await on('undisturbed by other tenants', is_undisturbed);
  if (operation.query_parameters.length > 0) await on('query', obeys_query);
  if (operation.responses['200']?.content?.['text/event-stream']) await on('its own events alone', streams_its_own);
  if (operation.body) await on('bad bodies', refuses_bad_bodies);
  else if (operation.responses['415']) await on('needless bodies', refuses_needless_bodies);
}

async function everything() {
  const served = await ask(world.base, 'GET', '/openapi.json');
  must_be(served, 200, undefined, 'the document');
  await check('the document is OpenAPI 3.1', async () => {
    document = await Document.load(modules, served.json);
  });
  if (!document) return;
  await check('its examples match its schemas', () => document.check_examples());
  await check('operations have names of their own', () => {
    const names = document.operations.map(({ id }) => id);
    must(names.every(Boolean) && new Set(names).size === names.length, names.join(' '));
  });
  await world.log_in_everybody();
  for (let chats = 0; chats < 3; ++chats) ids_of_marked.add(await world.new_chat(marked));
  for (const operation of document.operations) await walk(operation);
  for (const promise of [...Object.keys(provocations), ...Object.keys(other_provocations)]) {
    await check(promise, () => provoke(promise));
  }
  await check('every documented answer was seen', () => {
    const unseen = document.promises().filter((promise) => !document.seen.has(promise) && !elsewhere[promise]);
    must(unseen.length === 0, `not seen: ${unseen.join(', ')}; provoke them in world.mjs`);
  });
}

const running = await start_all(...programs);
try {
  world = new World(running.base);
  await everything();
} finally {
  await check('the server ends well', () => running.stop());
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed > 0 ? 1 : 0);
