// @elevenlabs/elevenlabs-js, the client for servers, against the ElevenLabs stand-in: signed URLs and Conversation.
import assert from 'node:assert/strict';

import { check, start, until, within } from './harness.mjs';

const kKey = 'test-key';

// Takes the place of microphone and loudspeaker.
class DummyAudio {
  interrupted = 0;
  stopped = 0;
  start(heard) { this.say = heard; }
  stop() { ++this.stopped; }
  output() {}
  interrupt() { ++this.interrupted; }
}

const record = (sim, id) => sim.control('GET', `conversations/${id}`);

async function signedUrls(Client, client, sim) {
  const conversations = client.conversationalAi.conversations;
  await check('elevenlabs-js: getSignedUrl takes its base URL', async () => {
    const { signedUrl } = await conversations.getSignedUrl({ agentId: 'agent_1' });
    assert.equal(new URL(signedUrl).host, new URL(sim.base).host);
    assert.ok(new URL(signedUrl).searchParams.get('conversation_signature'));
    const single = await conversations.getSignedUrl({ agentId: 'agent_1', includeConversationId: true });
    assert.match(new URL(single.signedUrl).searchParams.get('conversation_id'), /./);
  });
  await check('elevenlabs-js: a wrong key is 401, an unknown agent 404, with the reason in the body', async () => {
    const wrong = new Client({ apiKey: 'wrong', baseUrl: sim.base });
    const failure = async (promise) => promise.then(() => assert.fail('it should have failed'), (error) => error);
    const refused = await failure(wrong.conversationalAi.conversations.getSignedUrl({ agentId: 'agent_1' }));
    assert.deepEqual([refused.statusCode, refused.body.detail.status], [401, 'invalid_api_key']);
    const unknown = await failure(conversations.getSignedUrl({ agentId: 'nobody' }));
    assert.deepEqual([unknown.statusCode, unknown.body.detail.status], [404, 'agent_not_found']);
  });
}

// A started conversation that notes what it was told.
async function open({ Conversation, ClientTools }, client, options = {}) {
  const heard = { replies: [], corrections: [], frames: [], ended: null };
  const audio = new DummyAudio();
  const clientTools = new ClientTools();
  const talk = new Conversation({
    client,
    agentId: 'agent_1',
    requiresAuth: true,
    audioInterface: audio,
    clientTools,
    callbackAgentResponse: (text) => heard.replies.push(text),
    callbackAgentResponseCorrection: (before, after) => heard.corrections.push([before, after]),
    callbackMessageReceived: (frame) => heard.frames.push(frame.type),
    ...options,
  });
  talk.on('session_ended', (_, code) => (heard.ended = { code }));
  await within(talk.startSession(), 'session');
  const id = await until('conversation id', () => talk.getConversationId());
  return { talk, heard, audio, clientTools, id };
}

async function talking(parts, client, sim) {
  await check('elevenlabs-js: Conversation asks for a signed URL, speaks, listens and ends', async () => {
    const { talk, heard, audio, id } = await open(parts, client);
    assert.ok(talk.isSessionActive());
    talk.sendContextualUpdate('the history');
    audio.say(Buffer.from('sound'));  // an agent for texts takes it and says nothing
    talk.registerUserActivity();
    talk.sendUserMessage('Are you open?');
    await until('reply', () => heard.replies.length > 0);
    talk.endSession();
    const closed = await until('close', async () => {
      const seen = await record(sim, id);
      return seen.open ? null : seen;
    });
    assert.deepEqual([heard.replies, closed.user_messages], [['Echo: Are you open?'], ['Are you open?']]);
    assert.deepEqual([closed.subprotocol, closed.closed_by, audio.stopped], ['', 'client', 1]);
    assert.deepEqual(closed.contexts.map((item) => item.text), ['the history']);
    assert.match(closed.url, /conversation_signature=.*&source=js_sdk/);
    assert.ok(closed.frames.some((item) => item.frame.user_audio_chunk));
  });
  await check('elevenlabs-js: Conversation answers pings, calls tools and takes corrections', async () => {
    await sim.control('PUT', 'options', {
      next_connection: { ping_interval_ms: 50 },
      next_turn: { tool_call: 'transfer_to_human', tool_parameters: { why: 'asked' }, corrected: 'Echo', parts: true,
        unknown_events: true, side_events: true },
    });
    const { talk, heard, audio, clientTools, id } = await open(parts, client);
    const called = [];
    clientTools.register('transfer_to_human', (parameters) => {
      called.push(parameters.why);
      return 'queued';
    });
    talk.sendUserMessage('a human please');
    await until('correction', () => heard.corrections.length > 0);
    assert.deepEqual([called, heard.replies], [['asked'], ['Echo: a human please']]);
    assert.deepEqual([heard.corrections, audio.interrupted], [[['Echo: a human please', 'Echo']], 1]);
    const seen = await until('two pongs', async () => {
      const now = await record(sim, id);
      return now.pongs >= 2 ? now : null;
    });
    assert.deepEqual(seen.tool_results.map((item) => [item.result, item.is_error]), [['queued', false]]);
    talk.endSession();
  });
  await check('elevenlabs-js: Conversation learns how the other side ended', async () => {
    for (const plan of [{ end_call: true }, { close_code: 1011 }]) {
      await sim.control('PUT', 'options', { next_turn: plan });
      const { talk, heard } = await open(parts, client);
      talk.sendUserMessage('bye');
      await until('end', () => heard.ended);
      assert.equal(heard.ended.code, plan.close_code ?? 1000);
    }
  });
}

export async function elevenlabsNodeSuite(Client, parts, binary) {
  const sim = await start(binary, '--api-key', kKey);
  const client = new Client({ apiKey: kKey, baseUrl: sim.base });
  await signedUrls(Client, client, sim);
  await talking(parts, client, sim);
  await sim.stop();
}
