// Each misbehaviour of the Unipile stand-in: what its webhooks and its REST API do when told to.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { check, checkThatAllAreTried, start, until } from './harness.mjs';

const kPhone = '+905551112233';

class Hook {
  constructor() {
    this.received = [];
    this.statuses = [];
    this.turn = 0;
    this.server = createServer((request, answer) => {
      if (request.url !== this.path()) return answer.end();  // what was under way when the test before ended
      request.setEncoding('utf8');
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        this.received.push({ at: Date.now(), headers: request.headers, text });
        answer.statusCode = this.statuses.shift() ?? 200;
        if (answer.statusCode !== 1) answer.end();  // 1: never answered
      });
    });
  }
  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
  }
  path() { return `/hook/${this.turn}`; }
  // Begins anew, under another address.
  renew() {
    this.turn += 1;
    this.received.length = this.statuses.length = 0;
    return this.origin + this.path();
  }
  bodies() { return this.received.map((item) => JSON.parse(item.text)); }
  texts() { return this.bodies().map((body) => body.message); }
  came(count) { return until(`${count} webhooks`, () => this.received.length >= count && this.bodies()); }
  close() {
    this.server.close();
    this.server.closeAllConnections?.();
  }
}

function tools(sim, hook) {
  const control = (method, path, body) => sim.control(method, path, body);
  const contact = (text, more = {}) => control('POST', 'contact', { phone: kPhone, text, ...more });
  const send = async (chatId, fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const headers = { 'X-API-KEY': 'k' };
    const answer = await fetch(`${sim.base}/api/v1/chats/${chatId}/messages`, { method: 'POST', headers, body: form });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
  };
  const get = async (path) => {
    const answer = await fetch(`${sim.base}/api/v1/${path}`, { headers: { 'X-API-KEY': 'k' } });
    return { status: answer.status, body: await answer.json() };
  };
  const options = (value) => control('PUT', 'options', value);
  const test = (name, body) => check(`unipile option: ${name}`, async () => {
    await control('POST', 'reset');
    await control('POST', 'webhook', { url: hook.renew() });
    await body();
  });
  return { control, contact, send, get, options, test, hook, sim };
}

async function webhooks({ test, hook, contact, options, control, send }) {
  await test('secret header, content type, same message id on five growing retries', async () => {
    await options({ webhook_retry_base_ms: 20 });
    hook.statuses = [500, 302, 404, 201, 503];
    const { message_id: id } = await contact('again');
    const bodies = await hook.came(6);
    assert.deepEqual(new Set(bodies.map((body) => body.message_id)), new Set([id]));
    assert.equal(hook.received[0].headers['x-unipile-secret'], 'hidden');
    assert.equal(hook.received[0].headers['content-type'], 'application/x-www-form-urlencoded');
    const { attempts } = await until('delivery', async () => {
      const [delivery] = (await control('GET', 'deliveries')).deliveries;
      return delivery.state === 'delivered' && delivery;
    });
    assert.deepEqual(attempts.map((attempt) => attempt.status), [500, 302, 404, 201, 503, 200]);
    const ends = attempts.map((attempt) => attempt.at_ms + attempt.duration_ms);
    const waits = attempts.slice(1).map((attempt, index) => attempt.at_ms - ends[index]);
    assert.ok(waits.every((wait, index) => wait >= 20 << index), `the delay should grow: ${waits}`);
  });
  await test('given up after five retries; no answer in time counts as failure', async () => {
    await options({ webhook_retry_base_ms: 1, webhook_timeout_ms: 100 });
    hook.statuses = [1, 500, 500, 500, 500, 500];
    await contact('lost');
    const failed = await until('failure', async () => {
      const [delivery] = (await control('GET', 'deliveries')).deliveries;
      return delivery.state === 'failed' && delivery;
    });
    assert.deepEqual([failed.attempts.length, failed.attempts[0].status], [6, 0]);
  });
  await test('fewer retries; a delay before each webhook', async () => {
    await options({ webhook_retry_base_ms: 1, webhook_retries: 2 });
    hook.statuses = [500, 500, 500, 500, 500, 500];
    await contact('lost');
    const failed = await until('failure', async () => {
      const [delivery] = (await control('GET', 'deliveries')).deliveries;
      return delivery.state === 'failed' && delivery;
    });
    assert.deepEqual([failed.attempts.length, hook.received.length], [3, 3]);
    hook.statuses.length = 0;
    await options({ webhook_delay_ms: 120 });
    const before = Date.now();
    await contact('slow');
    await hook.came(4);
    assert.ok(hook.received[3].at - before >= 119);
  });
  await test('duplicates, reordering, holding, redelivery', async () => {
    await options({ duplicate_webhooks: 1 });
    const { message_id: id } = await contact('twice');
    await hook.came(2);
    await options({ duplicate_webhooks: 0 });
    await control('POST', 'redeliver', { message_id: id });
    assert.deepEqual(new Set((await hook.came(4)).map((body) => body.message_id)), new Set([id]));
    hook.received.length = 0;
    await options({ reorder_webhooks: 3 });
    for (const text of ['1', '2', '3']) await contact(text);
    await hook.came(3);
    assert.deepEqual(hook.texts(), ['3', '2', '1']);
    hook.received.length = 0;
    await options({ reorder_webhooks: 0, hold_webhooks: true });
    await contact('held 1');
    await contact('held 2');
    assert.deepEqual(hook.received, []);
    await options({ hold_webhooks: false });
    await hook.came(2);
    assert.deepEqual(hook.texts(), ['held 1', 'held 2']);
  });
  await test('echo after, before and off', async () => {
    const { chat_id: chat } = await contact('hi');
    await hook.came(1);
    await options({ echo: 'before' });
    const sent = await send(chat, { text: 'before' });
    assert.equal(hook.bodies().at(-1).message_id, sent.body.message_id);
    assert.equal(hook.bodies().at(-1).is_sender, true);
    await options({ echo: 'after', echo_delay_ms: 100, hold_webhooks: true });
    const before = Date.now();
    await send(chat, { text: 'after' });
    assert.equal(hook.received.length, 2);
    await options({ hold_webhooks: false });
    await hook.came(3);
    assert.ok(hook.received[2].at - before >= 99);
    await options({ echo: 'off' });
    await send(chat, { text: 'off' });
    await contact('marker');
    await hook.came(4);
    assert.deepEqual(hook.texts(), ['hi', 'before', 'after', 'marker']);
  });
  await test('receipts of what the API sent', async () => {
    const { chat_id: chat } = await contact('hi');
    await options({ delivery_receipts: true });
    const sent = await send(chat, { text: 'out' });
    const receipts = (await hook.came(4)).slice(1).filter((body) => body.message_id === sent.body.message_id);
    assert.deepEqual(new Set(receipts.map((body) => body.event)),
      new Set(['message_received', 'message_delivered', 'message_read']));
  });
  await test('the human on the phone; reactions, receipts, edits, deletions', async () => {
    const { chat_id: chat, message_id: id } = await contact('hi');
    const human = await control('POST', 'phone', { chat_id: chat, text: 'human' });
    await control('POST', 'react', { message_id: id, reaction: '👍' });
    await control('POST', 'read', { chat_id: chat });
    await control('POST', 'delivered', { message_id: human.message_id });
    await control('POST', 'edit', { message_id: id, text: 'changed' });
    await control('POST', 'delete', { message_id: id });
    const bodies = await hook.came(7);
    assert.deepEqual(bodies.map((body) => body.event), ['message_received', 'message_received', 'message_reaction',
      'message_read', 'message_delivered', 'message_edited', 'message_deleted']);
    assert.deepEqual([bodies[1].is_sender, bodies[1].attendees.length], [true, 1]);
    assert.deepEqual([bodies[2].reaction, bodies[2].message_id, bodies[5].message], ['👍', id, 'changed']);
    assert.equal((await control('GET', `chats/${chat}`)).messages[1].from, 'phone');
  });
}

async function shapes({ test, hook, contact, options, control }) {
  await test('privacy ids, classic ids, hidden numbers', async () => {
    await contact('a', { style: 'lid' });
    await contact('b', { phone: '+905550000011', style: 'classic' });
    await contact('c', { phone: '+905550000012', style: 'hidden' });
    const byText = Object.fromEntries((await hook.came(3)).map((body) => [body.message, body.sender]));
    assert.match(byText.a.attendee_provider_id, /^\d{15}@lid$/);
    assert.equal(byText.a.attendee_specifics.phone_number, kPhone);
    assert.equal(byText.b.attendee_provider_id, '905550000011@s.whatsapp.net');
    assert.equal(byText.c.attendee_specifics.phone_number, 'hidden');
    assert.ok(!JSON.stringify(byText.c).includes('905550000012@'));
  });
  await test('new contacts are of the style that is set', async () => {
    const senders = [];
    for (const contact_style of ['lid', 'classic', 'hidden']) {
      await options({ contact_style });
      await contact('hi', { phone: `+90555000002${senders.length}` });
      senders.push((await hook.came(senders.length + 1)).at(-1).sender);
    }
    assert.match(senders[0].attendee_provider_id, /@lid$/);
    assert.equal(senders[1].attendee_provider_id, '905550000021@s.whatsapp.net');
    assert.equal(senders[2].attendee_specifics.phone_number, 'hidden');
  });
  await test('groups, media without text, events, quotes, own timestamps', async () => {
    const group = await contact('all', { group: 'Family' });
    const [body] = await hook.came(1);
    assert.ok(body.is_group && body.provider_chat_id.endsWith('@g.us') && body.attendees.length > 2);
    await contact('more', { group: 'Family', phone: '+905550000013' });
    const voice = { type: 'audio', mimetype: 'audio/ogg', voice_note: true };
    await control('POST', 'contact', { phone: kPhone, attachments: [voice] });
    const media = (await hook.came(3)).find((item) => item.attachments.length === 1);
    assert.deepEqual([media.message, media.attachments[0].attachment_type], [null, 'audio']);
    await options({ attachment_style: 'plain', omit_is_sender: true, attendees_include_self: true });
    await control('POST', 'contact', { phone: kPhone, attachments: [{ type: 'img' }], quoted_id: group.message_id });
    const plain = (await hook.came(4)).find((item) => item.quoted);
    assert.deepEqual([plain.attachments[0].type, plain.quoted.text, plain.is_sender], ['img', 'all', undefined]);
    assert.equal(plain.attendees.length, 2);
    await contact('old', { timestamp: '2026-01-02T03:04:05.678Z' });
    await control('POST', 'contact', { phone: kPhone, is_event: true, event_type: 8 });
    const bodies = await hook.came(6);
    assert.equal(bodies.find((item) => item.message === 'old').timestamp, '2026-01-02T03:04:05.678Z');
    assert.deepEqual(bodies.filter((item) => item.is_event === 1).map((item) => item.event_type), [8]);
  });
  await test('account status; the burst with old timestamps after the reconnection', async () => {
    await control('POST', 'account_status', { status: 'CREDENTIALS' });
    assert.deepEqual((await hook.came(1))[0].AccountStatus.message, 'CREDENTIALS');
    for (const text of ['missed 1', 'missed 2']) await contact(text, { timestamp: '2026-01-02T03:04:05.678Z' });
    assert.equal(hook.received.length, 1);
    await control('POST', 'account_status', { status: 'RECONNECTED' });
    const bodies = await hook.came(4);
    assert.deepEqual(bodies.slice(1).map((body) => body.message).filter(Boolean), ['missed 1', 'missed 2']);
    assert.ok(bodies.some((body) => body.AccountStatus?.message === 'RECONNECTED'));
    await options({ account_status_style: 'flat' });
    await control('POST', 'account_status', { status: 'OK' });
    assert.equal((await hook.came(5))[4].account_status, 'OK');
    await assert.rejects(control('POST', 'account_status', { status: 'FINE' }), /FINE/);
  });
  await test('any body at all', async () => {
    await control('POST', 'event', { raw: '{"broken":' });
    await until('webhook', () => hook.received[0]);
    assert.equal(hook.received[0].text, '{"broken":');
    await control('POST', 'event', { body: { event: 'message_teleported' } });
    await until('webhook', () => hook.received[1]);
  });
}

async function rest({ test, contact, options, control, send, get, sim, hook }) {
  await test('planned errors: 401, 429 with Retry-After, 5xx, only some texts', async () => {
    const { chat_id: chat } = await contact('hi');
    const plan = (fault) => control('POST', 'faults', fault);
    await control('POST', 'faults', { faults: [{ status: 401 }, { status: 429, retry_after: 7 }, { status: 500 }] });
    const types = [];
    for (let i = 0; i < 3; ++i) types.push(await send(chat, { text: 'x' }));
    assert.deepEqual(types.map((item) => [item.status, item.body.type]), [[401, 'errors/disconnected_account'],
      [429, 'errors/too_many_requests'], [500, 'errors/unexpected_error']]);
    assert.equal(types[1].retryAfter, '7');
    await plan({ status: 503, text: 'bad', count: 0 });
    assert.equal((await send(chat, { text: 'good' })).status, 201);
    assert.equal((await send(chat, { text: 'bad' })).status, 503);
    assert.equal((await send(chat, { text: 'bad' })).status, 503);
    await control('DELETE', 'faults');
    assert.equal((await send(chat, { text: 'bad' })).status, 201);
    await plan({ route: 'messages', status: 504 });
    assert.equal((await get(`chats/${chat}/messages`)).status, 504);
    assert.deepEqual((await control('GET', 'sends')).sends.map((item) => item.outcome),
      ['refused', 'refused', 'refused', 'sent', 'refused', 'refused', 'sent']);
  });
  await test('connections dropped before and after the message was accepted', async () => {
    const { chat_id: chat } = await contact('hi');
    await control('POST', 'faults', { faults: [{ kind: 'drop_before' }, { kind: 'drop_after' }] });
    await assert.rejects(send(chat, { text: 'never' }), TypeError);
    await assert.rejects(send(chat, { text: 'accepted' }), TypeError);
    const chatNow = await control('GET', `chats/${chat}`);
    assert.deepEqual(chatNow.messages.map((item) => item.text), ['hi', 'accepted']);
    await until('echo', () => hook.texts().includes('accepted'));
    const { sends } = await control('GET', 'sends');
    assert.deepEqual(sends.map((item) => item.outcome), ['dropped_before', 'dropped_after']);
  });
  await test('slow sends: typing_duration, send_delay_ms', async () => {
    const { chat_id: chat } = await contact('hi');
    const took = async (fields) => {
      const before = Date.now();
      await send(chat, fields);
      return Date.now() - before;
    };
    assert.ok((await took({ text: 'x', typing_duration: '150' })) >= 149);
    await options({ honour_typing_duration: false });
    assert.ok((await took({ text: 'x', typing_duration: '60000' })) < 50000);
    await options({ send_delay_ms: 120 });
    assert.ok((await took({ text: 'x' })) >= 119);
  });
  await test('bad requests name what is wrong', async () => {
    const { chat_id: chat } = await contact('hi');
    await options({ max_text_chars: 3 });
    assert.equal((await send(chat, { text: 'ğüşi' })).body.type, 'errors/too_many_characters');
    assert.equal((await send(chat, { text: 'ğüş' })).status, 201);
    assert.match((await send(chat, { other: 'x' })).body.detail, /text/);
    assert.equal((await send(chat, { text: 'x', account_id: 'acc_9' })).body.type, 'errors/wrong_account');
    assert.match((await send(chat, { text: 'x', typing_duration: 'long' })).body.detail, /typing_duration/);
    assert.equal((await send('nobody', { text: 'x' })).status, 404);
    const wrong = ['limit=0', 'limit=251', 'limit=x', 'after=2026-01-01T00:00:00Z', 'before=yesterday', 'cursor=%%'];
    for (const query of wrong) {
      const refused = await get(`chats/${chat}/messages?${query}`);
      assert.deepEqual([query, refused.status, refused.body.type], [query, 400, 'errors/invalid_parameters']);
    }
    const none = await fetch(`${sim.base}/api/v1/accounts`);
    assert.equal((await none.json()).type, 'errors/missing_credentials');
    await assert.rejects(options({ ekho: 'after' }), /ekho/);
    await assert.rejects(contact('x', { timestamp: 'now' }), /timestamp/);
  });
  await test('pages stay put while messages arrive', async () => {
    const { chat_id: chat } = await contact('1', { webhook: false });
    for (const text of ['2', '3', '4']) await contact(text, { webhook: false });
    const first = (await get(`chats/${chat}/messages?limit=2`)).body;
    await contact('5', { webhook: false });
    const cursor = encodeURIComponent(first.cursor);
    const second = (await get(`chats/${chat}/messages?limit=1&cursor=${cursor}`)).body;
    assert.deepEqual([...first.items, ...second.items].map((item) => item.text), ['4', '3', '2', '1']);
    assert.equal(second.cursor, null);
    assert.equal((await get(`chats/${chat}/sync`)).body.status, 'SYNC_STARTED');
    assert.equal((await get(`chats/${chat}/sync`)).body.status, 'SYNC_RUNNING');
  });
  await test('the phone page is served', async () => {
    const page = await fetch(sim.base);
    assert.match(page.headers.get('content-type'), /text\/html/);
    assert.match(await page.text(), /As the contact/);
  });
}

export async function unipileOptions(binary) {
  const sim = await start(binary, '--webhook-secret', 'hidden');
  const hook = new Hook();
  await hook.listen();
  const kit = tools(sim, hook);
  await webhooks(kit);
  await shapes(kit);
  await rest(kit);
  await checkThatAllAreTried('unipile', sim, './unipile_options.mjs', './unipile_suite.mjs');
  hook.close();
  await sim.stop();
}
