// unipile-node-sdk with response validation at level "error" against the Unipile stand-in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { check, start, until } from './harness.mjs';

const kKey = 'test-key';

// Receives webhooks; keeps what came.
async function receiver() {
  const received = [];
  const server = createServer((request, answer) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: JSON.parse(body) });
      answer.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    received,
    url: `http://127.0.0.1:${server.address().port}/webhooks/unipile`,
    close() {
      server.close();
      server.closeAllConnections?.();
    },
  };
}

function client(sdk, base, key = kKey) {
  return new sdk.UnipileClient(base, key, { validateRequestPayload: true, validateRequestPayloadLevel: 'error' });
}

async function bodyOfFailure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error.body, `an answer was expected, not ${error}`);
    return error.body;
  }
  throw new Error('the call should have failed');
}

async function theValidationIsOn(sdk) {
  const server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify({ object: 'AccountList', items: [{ id: 7 }], cursor: null }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const wrong = client(sdk, `http://127.0.0.1:${server.address().port}`);
    await assert.rejects(wrong.account.getAll(), sdk.InvalidResponseTypeError);
  } finally {
    server.close();
    server.closeAllConnections?.();
  }
}

async function accounts(unipile, sim) {
  await check('unipile: account.getAll', async () => {
    const list = await unipile.account.getAll();
    assert.equal(list.items[0].id, 'acc_1');
    assert.equal(list.items[0].sources[0].status, 'OK');
    assert.equal(list.cursor, null);
  });
  await check('unipile: account.connectWhatsapp gives a QR code', async () => {
    const made = await unipile.account.connectWhatsapp();
    assert.ok(made.code.length > 10 && made.qrCodeString.length > 100);
    assert.equal((await unipile.account.getOne(made.account_id)).sources[0].status, 'CONNECTING');
    await sim.control('POST', 'scan_qr', { account_id: made.account_id });
    assert.equal((await unipile.account.getOne(made.account_id)).sources[0].status, 'OK');
    assert.equal((await unipile.account.getAll({ limit: 1 })).items.length, 1);
    await unipile.account.delete(made.account_id);
    assert.equal((await unipile.account.getAll()).items.length, 1);
  });
  await check('unipile: account.reconnectWhatsapp', async () => {
    assert.equal((await unipile.account.reconnectWhatsapp('acc_1')).account_id, 'acc_1');
    await sim.control('PUT', 'options', { reconnect_without_qr: true });
    const again = await unipile.account.reconnect({ account_id: 'acc_1', provider: 'WHATSAPP' });
    assert.equal(again.object, 'AccountReconnected');
  });
  await check('unipile: a history resync', async () => {
    // The client names it after another provider; the route is the same.
    assert.equal((await unipile.account.resyncLinkedinAccount({ account_id: 'acc_1' })).status, 'SYNC_STARTED');
  });
}

async function webhooks(unipile, sim) {
  const hook = await receiver();
  await check('unipile: webhook.create, getAll, a delivery, delete', async () => {
    const made = await unipile.webhook.create({
      source: 'messaging',
      request_url: hook.url,
      name: 'inbox',
      headers: [{ key: 'x-unipile-secret', value: 'hidden' }],
    });
    const listed = (await unipile.webhook.getAll()).items.find((item) => item.id === made.webhook_id);
    assert.deepEqual(listed.events, ['message_received']);
    const written = await sim.control('POST', 'contact', { phone: '+905550000001', text: 'Merhaba' });
    const first = await until('webhook', () => hook.received[0]);
    assert.equal(first.headers['x-unipile-secret'], 'hidden');
    assert.equal(first.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(first.body.message_id, written.message_id);
    assert.equal(first.body.is_sender, false);
    await unipile.webhook.delete(made.webhook_id);
    assert.equal((await unipile.webhook.getAll()).items.length, 0);
  });
  hook.close();
}

async function messaging(unipile, sim) {
  const contact = { phone: '+905550000002', name: 'Ayse' };
  const { chat_id: chatId } = await sim.control('POST', 'contact', { ...contact, text: 'first' });
  await check('unipile: messaging.sendMessage reaches the phone', async () => {
    const sent = await unipile.messaging.sendMessage({ chat_id: chatId, text: 'hello ğüş' });
    const chat = await sim.control('GET', `chats/${chatId}`);
    const last = chat.messages.at(-1);
    assert.deepEqual([last.message_id, last.from, last.text], [sent.message_id, 'api', 'hello ğüş']);
    await sim.control('PUT', 'options', { null_message_id: true });
    assert.equal((await unipile.messaging.sendMessage({ chat_id: chatId, text: 'no id' })).message_id, null);
    await sim.control('PUT', 'options', { null_message_id: false });
  });
  await check('unipile: messaging.sendMessage with an attachment', async () => {
    await unipile.messaging.sendMessage({
      chat_id: chatId, text: 'see', attachments: [['note.txt', Buffer.from('content')]],
    });
    const stored = (await unipile.messaging.getAllMessagesFromChat({ chat_id: chatId, limit: 1 })).items[0];
    assert.equal(stored.attachments[0].file_name, 'note.txt');
    const blob = await unipile.messaging.getMessageAttachment({
      message_id: stored.id, attachment_id: stored.attachments[0].id,
    });
    assert.equal(await blob.text(), 'content');
  });
  await check('unipile: messaging.startNewChat reuses the chat of a known number', async () => {
    const input = { account_id: 'acc_1', text: 'again', attendees_ids: ['905550000002@s.whatsapp.net'] };
    const started = await unipile.messaging.startNewChat(input);
    assert.equal(started.chat_id, chatId);
    assert.ok(started.message_id);
  });
  await reading(unipile, sim, chatId);
  await refusals(unipile, sim, chatId);
}

async function reading(unipile, sim, chatId) {
  await check('unipile: messaging.getAllMessagesFromChat, every kind of message, by pages', async () => {
    const quoted = await sim.control('POST', 'contact', { chat_id: chatId, text: 'quoted' });
    await sim.control('POST', 'contact', { chat_id: chatId, text: 'quoting', quoted_id: quoted.message_id });
    const media = ['img', 'video', 'audio', 'file'].map((type) => ({ type, file_name: 'f' }));
    await sim.control('POST', 'contact', { chat_id: chatId, attachments: media });
    await sim.control('POST', 'contact', { chat_id: chatId, is_event: true, event_type: 8 });
    await sim.control('POST', 'react', { message_id: quoted.message_id, reaction: '👍' });
    await sim.control('POST', 'edit', { message_id: quoted.message_id, text: 'changed' });
    await sim.control('POST', 'phone', { chat_id: chatId, text: 'from the phone' });
    const all = await unipile.messaging.getAllMessagesFromChat({ chat_id: chatId });
    const paged = [];
    for (let cursor; cursor !== null; ) {
      const page = await unipile.messaging.getAllMessagesFromChat({ chat_id: chatId, limit: 3, cursor });
      paged.push(...page.items);
      cursor = page.cursor;
    }
    assert.ok(all.items.length >= 9);
    assert.deepEqual(paged.map((item) => item.id), all.items.map((item) => item.id));
    const after = all.items[3].timestamp;
    const newer = await unipile.messaging.getAllMessagesFromChat({ chat_id: chatId, after });
    assert.ok(newer.items.every((item) => item.timestamp > after));
  });
  await check('unipile: messaging.getAllChats, getChat, attendees, setChatStatus', async () => {
    const chats = await unipile.messaging.getAllChats({ account_type: 'WHATSAPP' });
    assert.equal(chats.items[0].id, chatId);
    await sim.control('POST', 'contact', { phone: '+905550000003', group: 'Family', text: 'hi all' });
    assert.equal((await unipile.messaging.getAllChats()).items[0].type, 1);
    await sim.control('POST', 'contact', { chat_id: chatId, text: 'unread' });
    assert.equal((await unipile.messaging.getChat(chatId)).unread_count, 1);
    await unipile.messaging.setChatStatus({ chat_id: chatId, action: 'setReadStatus', value: true });
    assert.equal((await unipile.messaging.getChat(chatId)).unread_count, 0);
    const people = await unipile.messaging.getAllAttendeesFromChat(chatId);
    assert.equal(people.items[0].name, 'Ayse');
    assert.equal((await unipile.messaging.getAttendee(people.items[0].id)).is_self, 0);
    assert.ok((await unipile.messaging.getAllAttendees()).items.length > 3);
  });
}

async function refusals(unipile, sim, chatId) {
  await check('unipile: errors carry the body of the API', async () => {
    await sim.control('POST', 'account_status', { status: 'CREDENTIALS' });
    const lost = await bodyOfFailure(unipile.messaging.sendMessage({ chat_id: chatId, text: 'x' }));
    assert.deepEqual([lost.status, lost.type], [401, 'errors/disconnected_account']);
    await sim.control('POST', 'account_status', { status: 'RECONNECTED' });
    await sim.control('POST', 'faults', { route: 'send', status: 429 });
    const busy = await bodyOfFailure(unipile.messaging.sendMessage({ chat_id: chatId, text: 'x' }));
    assert.deepEqual([busy.status, busy.type], [429, 'errors/too_many_requests']);
    const none = await bodyOfFailure(unipile.messaging.getChat('nobody'));
    assert.equal(none.type, 'errors/resource_not_found');
    const date = await bodyOfFailure(unipile.messaging.getAllMessages({ after: '2026-01-01' }));
    assert.equal(date.type, 'errors/invalid_parameters');
  });
  await check('unipile: a lost connection after the message was accepted', async () => {
    await sim.control('POST', 'faults', { route: 'send', kind: 'drop_after' });
    await assert.rejects(unipile.messaging.sendMessage({ chat_id: chatId, text: 'ambiguous' }), TypeError);
    const newest = (await unipile.messaging.getAllMessagesFromChat({ chat_id: chatId, limit: 1 })).items[0];
    assert.equal(newest.text, 'ambiguous');
  });
  await check('unipile: a JSON body is no way to send', async () => {
    const answer = await fetch(`${sim.base}/api/v1/chats/${chatId}/messages`, {
      method: 'POST',
      headers: { 'X-API-KEY': kKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: 'json' }),
    });
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).type, 'errors/invalid_parameters');
  });
}

export async function unipileSuite(sdk, binary) {
  await check('unipile: the response validation of the client is on', () => theValidationIsOn(sdk));
  const sim = await start(binary, '--api-key', kKey);
  const unipile = client(sdk, sim.base);
  await check('unipile: a wrong key is refused', async () => {
    const refused = await bodyOfFailure(client(sdk, sim.base, 'wrong').account.getAll());
    assert.equal(refused.type, 'errors/invalid_credentials');
  });
  await accounts(unipile, sim);
  await webhooks(unipile, sim);
  await messaging(unipile, sim);
  await check('unipile: SIGTERM ends the stand-in cleanly', async () => {
    assert.deepEqual(await sim.stop(), { code: 0, signal: null });
  });
}
