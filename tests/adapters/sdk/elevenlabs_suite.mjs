// @elevenlabs/client, text only, and the webhooks of @elevenlabs/elevenlabs-js, against the ElevenLabs stand-in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { check, start, until, within } from './harness.mjs';

const kKey = 'test-key';

async function signedUrl(sim, agent = 'agent_1', key = kKey) {
  const address = `${sim.base}/v1/convai/conversation/get-signed-url?agent_id=${agent}`;
  const answer = await fetch(address, { headers: { 'xi-api-key': key } });
  return { status: answer.status, body: await answer.json() };
}

// A session of the official client that notes what it was told.
async function open(sdk, sim, options = {}) {
  const heard = { messages: [], parts: [], errors: [], disconnects: [] };
  const { body } = await signedUrl(sim);
  const session = await within(
    sdk.Conversation.startSession({
      signedUrl: body.signed_url,
      textOnly: true,
      onMessage: (message) => heard.messages.push(message),
      onAgentChatResponsePart: (part) => heard.parts.push(part),
      onError: (error) => heard.errors.push(error),
      onDisconnect: (details) => heard.disconnects.push(details),
      ...options,
    }),
    'session',
  );
  return { session, heard, id: session.getId() };
}

const agentTexts = (heard) => heard.messages.filter((item) => item.role === 'agent').map((item) => item.message);
const sawAgent = (heard, text) => until(`"${text}"`, () => agentTexts(heard).includes(text));
const record = (sim, id) => sim.control('GET', `conversations/${id}`);

async function talking(sdk, sim) {
  await check('elevenlabs: startSession, sendUserMessage, reply, endSession', async () => {
    const { session, heard, id } = await open(sdk, sim);
    session.sendContextualUpdate('the history');
    session.sendUserMessage('Are you open?');
    await sawAgent(heard, 'Echo: Are you open?');
    await session.endSession();
    const closed = await until('close', async () => {
      const seen = await record(sim, id);
      return seen.open ? null : seen;
    });
    assert.equal(closed.subprotocol, 'convai');
    assert.deepEqual([closed.close_code, closed.closed_by], [1000, 'client']);
    assert.deepEqual(closed.user_messages, ['Are you open?']);
    assert.deepEqual(closed.contexts.map((item) => item.text), ['the history']);
    assert.equal(closed.initiation.conversation_config_override.conversation.text_only, true);
  });
  await check('elevenlabs: pings are answered with growing numbers', async () => {
    await sim.control('PUT', 'options', { ping_interval_ms: 50 });
    const { session, id } = await open(sdk, sim);
    const seen = await until('three pongs', async () => {
      const now = await record(sim, id);
      return now.pongs >= 3 ? now : null;
    });
    const frames = seen.frames.map((item) => item.frame);
    const pings = frames.filter((frame) => frame.type === 'ping').map((frame) => frame.ping_event.event_id);
    const pongs = frames.filter((frame) => frame.type === 'pong').map((frame) => frame.event_id);
    assert.deepEqual(pings, pings.map((_, index) => index + 1));
    // The client does not hear what comes in one piece with the metadata; from then on it misses none.
    assert.deepEqual(pongs, pongs.map((_, index) => pongs[0] + index));
    await session.endSession();
  });
  await check('elevenlabs: a greeting arrives first', async () => {
    const { session, heard, id } = await open(sdk, sim);
    // A greeting is a reply without a question. Not with the option: its delay may pass before this client listens.
    await sim.control('POST', 'say', { conversation_id: id, text: 'Welcome' });
    await sawAgent(heard, 'Welcome');
    await session.endSession();
  });
}

async function tools(sdk, sim) {
  await check('elevenlabs: a client tool is called and answered, then the reply comes', async () => {
    const asks = { tool_call: 'transfer_to_human', tool_parameters: { why: 'asked' } };
    await sim.control('PUT', 'options', { scripts: [{ match: 'human', replies: 'Soon', ...asks }] });
    const called = [];
    const clientTools = {
      transfer_to_human: (parameters) => {
        called.push(parameters);
        return { queued: true };
      },
    };
    const { session, heard, id } = await open(sdk, sim, { clientTools });
    session.sendUserMessage('a human please');
    await sawAgent(heard, 'Soon');
    assert.deepEqual(called, [{ why: 'asked' }]);
    const [answer] = (await record(sim, id)).tool_results;
    assert.deepEqual([answer.result, answer.is_error], ['{"queued":true}', false]);
    await session.endSession();
  });
  await check('elevenlabs: an unknown client tool is answered as an error', async () => {
    const { session, heard, id } = await open(sdk, sim);
    session.sendUserMessage('a human please');
    await sawAgent(heard, 'Soon');
    assert.equal((await record(sim, id)).tool_results[0].is_error, true);
    await session.endSession();
    await sim.control('PUT', 'options', { scripts: [] });
  });
}

async function oddities(sdk, sim) {
  await check('elevenlabs: streaming parts, side events and unknown events do no harm', async () => {
    await sim.control('PUT', 'options', { next_turn: { parts: true, unknown_events: true, side_events: true } });
    const { session, heard } = await open(sdk, sim);
    session.sendUserMessage('one two');
    await sawAgent(heard, 'Echo: one two');
    const streamed = heard.parts.map((part) => part.text).join('');
    assert.equal(streamed, 'Echo: one two');
    await session.endSession();
  });
  await check('elevenlabs: a held reply comes when it is released', async () => {
    await sim.control('POST', 'hold');
    const { session, heard, id } = await open(sdk, sim);
    session.sendUserMessage('wait');
    await until('held turn', async () => (await record(sim, id)).held === 1);
    assert.deepEqual(agentTexts(heard), []);
    assert.equal((await sim.control('POST', 'release_reply', { conversation_id: id })).released, 1);
    await sawAgent(heard, 'Echo: wait');
    await session.endSession();
  });
  await check('elevenlabs: the maximum duration ends with an error and 1000', async () => {
    const { heard, id } = await open(sdk, sim);
    const end = { code: 1000, error_type: 'max_duration_exceeded', error: true };
    await sim.control('POST', 'close', { conversation_id: id, ...end });
    await until('disconnect', () => heard.disconnects[0]);
    assert.equal(heard.disconnects[0].reason, 'error');
    assert.match(JSON.stringify(heard), /max_duration_exceeded/);
    const closed = await until('close', async () => {
      const seen = await record(sim, id);
      return seen.open ? null : seen;
    });
    assert.equal(closed.close_code, 1000);
  });
  await check('elevenlabs: the agent ends the call', async () => {
    await sim.control('PUT', 'options', { next_turn: { end_call: true } });
    const { session, heard } = await open(sdk, sim);
    session.sendUserMessage('bye');
    await until('disconnect', () => heard.disconnects[0]);
    assert.deepEqual(agentTexts(heard), ['Echo: bye']);
    assert.equal(heard.disconnects[0].reason, 'agent');
  });
  await check('elevenlabs: a forbidden override ends with 1008', async () => {
    await sim.control('PUT', 'options', { next_connection: { allow_text_only_override: false } });
    await assert.rejects(open(sdk, sim));
    const { conversations } = await sim.control('GET', 'conversations');
    const last = await until('close', async () => (await record(sim, conversations.at(-1).conversation_id)));
    assert.equal(last.frames.at(-1).frame.error_event.error_type, 'override_error');
  });
}

// Collects what is posted to it, byte for byte.
async function receiver() {
  const received = [];
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8');
      received.push({ body, headers: request.headers });
      response.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { received, url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => server.close() };
}

async function postCalls(sdk, webhooks, sim) {
  const hook = await receiver();
  const { session, heard, id } = await open(sdk, sim);
  session.sendUserMessage('Çok güzel');
  await sawAgent(heard, 'Echo: Çok güzel');
  await session.endSession();
  const send = async (more = {}) => {
    const plan = { conversation_id: id, url: hook.url, secret: 'wsec', ...more };
    assert.equal((await sim.control('POST', 'post_call', plan)).status, 200);
    const { body, headers } = hook.received.at(-1);
    return { body, headers, verify: () => webhooks.constructEvent(body, headers['elevenlabs-signature'], 'wsec') };
  };
  await check('elevenlabs: constructEvent accepts the report after a conversation', async () => {
    const event = await (await send()).verify();
    assert.equal(event.type, 'post_call_transcription');
    assert.equal(event.data.conversation_id, id);
    assert.deepEqual(event.data.transcript.map((turn) => turn.message), ['Çok güzel', 'Echo: Çok güzel']);
  });
  await check('elevenlabs: constructEvent accepts a recording that comes in chunks', async () => {
    const sent = await send({ type: 'post_call_audio', data: { full_audio: 'A'.repeat(100000) } });
    assert.equal(sent.headers['transfer-encoding'], 'chunked');
    assert.equal((await sent.verify()).data.full_audio.length, 100000);
  });
  await check('elevenlabs: constructEvent refuses another secret and old reports', async () => {
    await assert.rejects((await send({ secret: 'another' })).verify(), /[Ss]ignature/);
    await assert.rejects((await send({ age_seconds: 31 * 60 })).verify(), /tolerance/);
  });
  hook.stop();
}

export async function elevenlabsSuite(sdk, webhooks, binary) {
  const sim = await start(binary, '--api-key', kKey);
  await check('elevenlabs: signed URLs and their errors', async () => {
    assert.equal((await signedUrl(sim)).status, 200);
    assert.equal((await signedUrl(sim, 'agent_1', 'wrong')).status, 401);
    const unknown = await signedUrl(sim, 'nobody');
    assert.equal(unknown.status, 404);
    assert.equal(typeof unknown.body.detail.message, 'string');
    await sim.control('PUT', 'options', { signed_url_status: 429, signed_url_status_count: 1 });
    assert.equal((await signedUrl(sim)).status, 429);
    assert.equal((await signedUrl(sim)).status, 200);
  });
  await talking(sdk, sim);
  await tools(sdk, sim);
  await oddities(sdk, sim);
  await postCalls(sdk, webhooks, sim);
  await check('elevenlabs: SIGTERM ends the stand-in cleanly', async () => {
    assert.deepEqual(await sim.stop(), { code: 0, signal: null });
  });
}
