// Each misbehaviour of the ElevenLabs stand-in, seen frame by frame through a bare WebSocket.
import assert from 'node:assert/strict';

import { check, checkThatAllAreTried, start, until, within } from './harness.mjs';

const kInitiation = { type: 'conversation_initiation_client_data' };

class Caller {
  constructor(WebSocket, url, { initiation = kInitiation, protocols = [] } = {}) {
    this.frames = [];
    this.raw = [];
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: `${reason}` }));
    });
    this.socket.on('error', (error) => (this.error = error));
    this.socket.on('open', () => initiation && this.send(initiation));
    this.socket.on('message', (data) => {
      this.raw.push(`${data}`);
      const frame = JSON.parse(data);
      this.frames.push(frame);
      if (frame.type !== 'ping' || this.answerPings === false) return;
      this.send({ type: 'pong', event_id: frame.ping_event.event_id });
    });
  }
  send(frame) { this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)); }
  say(text) { this.send({ type: 'user_message', text }); }
  of(type) { return this.frames.filter((frame) => frame.type === type); }
  replies() { return this.of('agent_response').map((frame) => frame.agent_response_event.agent_response); }
  ids() { return this.of('agent_response').map((frame) => frame.agent_response_event.event_id); }
  ready() { return until('metadata', () => this.of('conversation_initiation_metadata')[0]); }
  heard(count) { return until(`${count} replies`, () => this.replies().length >= count && this.replies()); }
  end() { return within(this.closed, 'close'); }
  order() { return this.frames.map((frame) => frame.type).filter((type) => type !== 'ping'); }
}

function tools(WebSocket, sim) {
  const url = `${sim.base.replace('http', 'ws')}/v1/convai/conversation?agent_id=agent_1`;
  const call = (options) => new Caller(WebSocket, url, options);
  const ready = async (options) => {
    const caller = call(options);
    await caller.ready();
    return caller;
  };
  const options = (value) => sim.control('PUT', 'options', value);
  // One turn with these options; returns the caller once `count` replies came.
  const turn = async (plan, count = 1, text = 'hi') => {
    await options({ next_turn: plan });
    const caller = await ready();
    caller.say(text);
    if (count > 0) await caller.heard(count);
    return caller;
  };
  // Milliseconds between two frames of the latest conversation, by the stand-in's clock.
  const gap = async (isFirst, isSecond) => {
    const { frames } = (await sim.control('GET', 'conversations')).conversations.at(-1);
    const first = frames.findIndex(({ frame }) => isFirst(frame));
    const second = frames.findIndex(({ frame }, index) => index > first && isSecond(frame));
    assert.ok(first >= 0 && second > first, 'both frames were sent, in this order');
    return frames[second].at_ms - frames[first].at_ms;
  };
  const conversations = async () => (await sim.control('GET', 'conversations')).conversations;
  // The stand-in may learn of an end after its client.
  const allEnded = () => until('end of all', async () => {
    const list = await conversations();
    return list.every((item) => !item.open) && list;
  });
  const test = (name, body) => check(`elevenlabs option: ${name}`, async () => {
    await sim.control('POST', 'reset');
    await body();
  });
  return { url, call, ready, options, turn, sim, gap, conversations, allEnded, test };
}

async function handshake({ test, call, ready, options, url, sim }) {
  await test('the subprotocol is echoed when offered, and none is accepted', async () => {
    const offered = await ready({ protocols: ['convai', 'bearer.x'] });
    assert.equal(offered.socket.protocol, 'convai');
    assert.equal((await ready()).socket.protocol, '');
  });
  await test('nothing is sent before the initiation data', async () => {
    const silent = call({ initiation: null });
    await until('open', () => silent.socket.readyState === 1);
    silent.send(kInitiation);
    await silent.ready();
    assert.equal(silent.frames[0].type, 'conversation_initiation_metadata');
    silent.send(kInitiation);
    assert.equal((await silent.end()).code, 1008);
  });
  await test('greeting, delayed greeting, empty greeting', async () => {
    await options({ greeting: true, greeting_text: 'Welcome', greeting_delay_ms: 0 });
    assert.deepEqual(await (await ready()).heard(1), ['Welcome']);
    await options({ next_connection: { greeting_text: '' } });
    assert.deepEqual(await (await ready()).heard(1), ['']);
    await options({ next_connection: { greeting_delay_ms: 600000 } });
    const caller = await ready();
    caller.say('quick');  // overtakes the greeting, which is then not spoken
    assert.deepEqual(await caller.heard(1), ['Echo: quick']);
  });
  await test('no metadata, metadata without format, ping before metadata', async () => {
    const plans = [{ no_metadata: true }, { metadata_without_format: true }, { ping_before_metadata: true }];
    await options({ next_connection: plans });
    const none = call();
    await until('initiation', async () => (await sim.control('GET', 'conversations')).conversations[0]?.initiation);
    assert.deepEqual(none.frames, []);
    const bare = await (await ready()).ready();
    assert.equal(bare.conversation_initiation_metadata_event.agent_output_audio_format, undefined);
    assert.equal((await ready()).frames[0].type, 'ping');
    assert.equal((await ready()).frames[0].type, 'conversation_initiation_metadata');
  });
  await test('signed URLs: expiry, single use, forged, agent unknown', async () => {
    const get = async (query = '') => {
      const path = `/v1/convai/conversation/get-signed-url?agent_id=agent_1${query}`;
      return (await (await fetch(sim.base + path, { headers: { 'xi-api-key': 'k' } })).json()).signed_url;
    };
    const open = (address) => {
      const caller = new call.Caller(address);
      return caller;
    };
    await options({ require_signature: true, signed_url_ttl_ms: 0 });
    const expired = await get();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await open(expired).end()).code, 1008);
    await options({ signed_url_ttl_ms: 60000 });
    const once = await get('&include_conversation_id=true');
    const first = open(once);
    const metadata = await first.ready();
    const id = new URL(once).searchParams.get('conversation_id');
    assert.equal(metadata.conversation_initiation_metadata_event.conversation_id, id);
    assert.equal((await open(once).end()).code, 1008);
    assert.equal((await open(`${url}&conversation_signature=forged`).end()).code, 1008);
    assert.equal((await open(url).end()).code, 1008);
    await options({ bad_signature: 'http' });
    const refused = open(url);
    await refused.end();
    assert.match(refused.error.message, /403/);
  });
}

async function doors({ test, ready, options, gap, sim }) {
  const get = async (path) => (await fetch(`${sim.base}${path}`, { headers: { 'xi-api-key': 'k' } })).json();
  await test('delays: the signed URL, the metadata', async () => {
    await options({ signed_url_delay_ms: 120, next_connection: { metadata_delay_ms: 120 } });
    const before = Date.now();
    assert.ok((await get('/v1/convai/conversation/get-signed-url?agent_id=agent_1')).signed_url);
    assert.ok(Date.now() - before >= 119);
    await ready();
    const ofType = (type) => (frame) => frame.type === type;
    assert.ok((await gap(ofType(kInitiation.type), ofType('conversation_initiation_metadata'))) >= 119);
  });
  await test('the agent as it is shown: first message, text only', async () => {
    const shown = async () => {
      const { agent, conversation } = (await get('/v1/convai/agents/agent_1')).conversation_config;
      return [agent.first_message, conversation.text_only];
    };
    assert.deepEqual(await shown(), ['', true]);
    await options({ agent_first_message: 'Welcome', agent_text_only: false });
    assert.deepEqual(await shown(), ['Welcome', false]);
    await options({ greeting: true, greeting_text: 'Spoken' });
    assert.deepEqual(await shown(), ['Spoken', false]);
  });
}

async function keepAlive({ test, ready, options, call, sim, conversations, allEnded }) {
  await test('no client frame within the timeout: error and 1002', async () => {
    await options({ ping_interval_ms: 20 });
    const short = { receive_timeout_ms: 150 };
    const noPongs = { pong_counts_as_input: false };
    await options({ next_connection: [short, { ...short, ...noPongs }, {}, noPongs] });
    const dead = call();
    dead.answerPings = false;
    assert.equal((await dead.end()).code, 1002);
    assert.equal(dead.of('error')[0].error_event.error_type, 'transport_receive_timeout');
    assert.equal((await call().end()).code, 1002);
    // What counts is seen from when input last came: on a slow machine any short timeout may pass before a pong comes.
    const answered = async () => {
      const caller = await ready();
      const seen = await until('ten pongs', async () => {
        const latest = (await conversations()).at(-1);
        return latest.pongs >= 10 && latest;
      });
      const numbers = caller.of('ping').map((frame) => frame.ping_event.event_id);
      assert.deepEqual(numbers, numbers.map((_, index) => index + 1));
      const pongs = seen.frames.filter(({ frame }) => frame.type === 'pong');
      assert.equal(caller.socket.readyState, 1);
      return { input: seen.last_input_at_ms, first: pongs[0].at_ms, last: pongs.at(-1).at_ms };
    };
    const counts = await answered();
    assert.ok(counts.input >= counts.last);
    const ignored = await answered();
    assert.ok(ignored.input < ignored.first);
  });
  await test('idle close is 1000 without an error, maximum duration 1000 with one', async () => {
    await options({ next_connection: { idle_close_ms: 80 } });
    const idle = call();
    assert.equal((await idle.end()).code, 1000);
    assert.equal(idle.of('error').length, 0);
    await options({ next_connection: { max_duration_ms: 80 } });
    const long = call();
    assert.equal((await long.end()).code, 1000);
    assert.equal(long.of('error')[0].error_event.error_type, 'max_duration_exceeded');
  });
  await test('error and close with each code, at the connect and in a turn', async () => {
    for (const code of [1000, 1002, 1008, 1011, 3008]) {
      await options({ next_connection: { connect_close_code: code } });
      const door = call();
      assert.equal((await door.end()).code, code);
      assert.equal(door.of('error')[0].error_event.code, code);
      await options({ next_turn: { close_code: code, close_error_type: 'some_error' } });
      const caller = await ready();
      caller.say('hi');
      assert.equal((await caller.end()).code, code);
      assert.equal(caller.of('error')[0].error_event.error_type, 'some_error');
      assert.deepEqual(caller.replies(), []);
    }
    await options({ next_connection: [{ connect_close_code: 1008, connect_error_type: 'odd_error' },
      { connect_close_code: 1008, connect_error_event: false }] });
    const odd = call();
    assert.equal((await odd.end()).code, 1008);
    assert.equal(odd.of('error')[0].error_event.error_type, 'odd_error');
    const mute = call();
    assert.equal((await mute.end()).code, 1008);
    assert.deepEqual(mute.frames, []);
    await options({ next_turn: { close_code: 1011, close_when: 'after', close_error_event: false } });
    const after = await ready();
    after.say('hi');
    assert.equal((await after.end()).code, 1011);
    assert.deepEqual([after.replies(), after.of('error')], [['Echo: hi'], []]);
  });
  await test('abrupt reset at the connect, in a turn and by control', async () => {
    await options({ next_connection: { connect_reset: true } });
    assert.equal((await call().end()).code, 1006);
    await options({ next_turn: { reset: true } });
    const caller = await ready();
    let reset;
    caller.socket._socket.on('error', (error) => (reset = error.code));  // the library swallows it
    caller.say('hi');
    assert.equal((await caller.end()).code, 1006);
    assert.equal(reset, 'ECONNRESET');
    const list = await allEnded();
    assert.ok(list.every((item) => item.closed_by === 'server' && item.close_code === 1006));
    const other = await ready();
    await sim.control('POST', 'reset_connection');
    assert.equal((await other.end()).code, 1006);
  });
  await test('close by control; too many conversations: 3008', async () => {
    const caller = await ready();
    await sim.control('POST', 'close', { code: 1011 });
    assert.equal((await caller.end()).code, 1011);
    await allEnded();
    await options({ max_conversations: 1 });
    await ready();
    const second = call();
    assert.equal((await second.end()).code, 3008);
  });
}

async function turns({ test, ready, options, turn, sim, gap }) {
  await test('delays: between replies, between parts, before the follow-up', async () => {
    const says = (text) => (frame) => frame.agent_response_event?.agent_response === text;
    await turn({ replies: ['one', 'two'], reply_gap_ms: 120 }, 2);
    assert.ok((await gap(says('one'), says('two'))) >= 119);
    await turn({ parts: true, part_gap_ms: 60 }, 1, 'hi');  // two parts, each after its gap: "Echo: ", "hi"
    const part = (type) => (frame) => frame.text_response_part?.type === type;
    assert.ok((await gap(part('start'), part('stop'))) >= 118);
    await turn({ follow_up: 'Still there?', follow_up_delay_ms: 150 }, 2);
    assert.ok((await gap(says('Echo: hi'), says('Still there?'))) >= 149);
  });
  await test('two replies with one event id, then with two', async () => {
    const same = await turn({ replies: ['one {text}', 'two {text}'] }, 2);
    assert.deepEqual(same.replies(), ['one hi', 'two hi']);
    assert.equal(same.ids()[0], same.ids()[1]);
    const different = await turn({ replies: ['one', 'two'], same_event_id: false }, 2);
    assert.notEqual(different.ids()[0], different.ids()[1]);
  });
  await test('silent, empty first, delay', async () => {
    const silent = await turn({ silent: true }, 0);
    silent.say('second');
    assert.deepEqual(await silent.heard(1), ['Echo: second']);
    assert.deepEqual((await turn({ empty_first: true }, 2)).replies(), ['', 'Echo: hi']);
    const before = Date.now();
    await turn({ reply_delay_ms: 120 });
    assert.ok(Date.now() - before >= 119);
  });
  await test('streaming parts, unknown events, side events, then the final', async () => {
    const caller = await turn({ parts: true, unknown_events: true, side_events: true }, 1, 'a b');
    const parts = caller.of('agent_chat_response_part').map((frame) => frame.text_response_part);
    assert.deepEqual(parts.map((part) => part.type), ['start', 'delta', 'delta', 'delta', 'stop']);
    assert.equal(parts.map((part) => part.text).join(''), 'Echo: a b');
    assert.ok(caller.of('future_event').length === 1 && caller.of('vad_score').length === 1);
    assert.equal(caller.order().at(-1), 'agent_response');
  });
  await test('tool call before and after the final', async () => {
    const before = await turn({ tool_call: 'transfer_to_human', tool_parameters: { a: 1 } }, 0);
    const asked = await until('tool call', () => before.of('client_tool_call')[0]);
    const { tool_name: name, tool_call_id: id, parameters } = asked.client_tool_call;
    assert.deepEqual([name, parameters], ['transfer_to_human', { a: 1 }]);
    assert.deepEqual(before.replies(), []);
    before.send({ type: 'client_tool_result', tool_call_id: id, result: 'ok', is_error: false });
    await before.heard(1);
    const impatient = await turn({ tool_call: 'transfer_to_human', tool_wait_result: false });
    assert.deepEqual(impatient.order().slice(-2), ['client_tool_call', 'agent_response']);
    const after = await turn({ tool_call: 'transfer_to_human', tool_when: 'after' });
    await until('tool call', () => after.of('client_tool_call')[0]);
    assert.deepEqual(after.order().slice(-2), ['agent_response', 'client_tool_call']);
  });
  await test('late final of an older event, correction, follow-up', async () => {
    await options({ next_turn: [{}, { late_final: 'old' }] });
    const late = await ready();
    late.say('one');
    await late.heard(1);
    late.say('two');
    assert.deepEqual(await late.heard(3), ['Echo: one', 'old', 'Echo: two']);
    assert.deepEqual(late.ids(), [1, 1, 2]);
    const corrected = await turn({ corrected: 'Echo' });
    const frame = await until('correction', () => corrected.of('agent_response_correction')[0]);
    assert.equal(frame.agent_response_correction_event.original_agent_response, 'Echo: hi');
    assert.deepEqual(corrected.order().slice(-3), ['agent_response', 'interruption', 'agent_response_correction']);
    const followed = await turn({ follow_up: 'Still there?' }, 2);
    assert.equal(followed.replies()[1], 'Still there?');
    assert.notEqual(followed.ids()[0], followed.ids()[1]);
  });
  await test('a new message interrupts the outstanding turn', async () => {
    await options({ next_connection: { interrupt_on_new_message: true }, next_turn: [{ reply_delay_ms: 600000 }, {}] });
    const caller = await ready();
    caller.say('one');
    caller.say('two');
    assert.deepEqual(await caller.heard(1), ['Echo: two']);
    assert.equal(caller.of('interruption')[0].interruption_event.event_id, 1);
  });
  await test('event ids as texts; replies disabled on the agent', async () => {
    await options({ next_connection: [{ event_id_as_string: true }, { agent_response_enabled: false }] });
    const caller = await ready();
    caller.say('hi');
    await caller.heard(1);
    assert.equal(caller.ids()[0], '1');
    const disabled = await ready();
    disabled.say('hi');
    await until('transcript', async () => {
      const { conversations } = await sim.control('GET', 'conversations');
      return conversations.at(-1).transcript.length === 2;
    });
    assert.deepEqual(disabled.replies(), []);
  });
  await test('say, hold, release with another text, end call', async () => {
    const caller = await ready();
    await sim.control('POST', 'say', { text: 'unasked' });
    await caller.heard(1);
    await sim.control('POST', 'hold');
    caller.say('wait');
    await until('held', async () => (await sim.control('GET', 'conversations')).conversations[0].held === 1);
    assert.equal((await sim.control('POST', 'release_reply', { text: 'instead' })).released, 1);
    assert.deepEqual(await caller.heard(2), ['unasked', 'instead']);
    await options({ next_turn: { end_call: true } });
    caller.say('bye');
    assert.equal((await caller.end()).code, 1000);
    assert.equal(caller.of('agent_tool_response')[0].agent_tool_response.tool_name, 'end_call');
  });
}

async function input({ test, ready, options, call, sim }) {
  await test('what is no proper frame ends with invalid_message and 1008', async () => {
    for (const frame of ['{nonsense', '[]', { type: 'shout' }, { type: 'user_message', text: 7 }, { no: 'type' }]) {
      const caller = await ready();
      caller.send(frame);
      assert.equal((await caller.end()).code, 1008);
      assert.equal(caller.of('error').length, 1);
    }
  });
  await test('a user message under the wrong name gets no reply', async () => {
    const caller = await ready();
    caller.send({ type: 'user_message', message: 'wrong' });
    caller.say('right');
    assert.deepEqual(await caller.heard(1), ['Echo: right']);
  });
  await test('contexts with one id replace each other', async () => {
    const caller = await ready();
    for (const text of ['old', 'new']) caller.send({ type: 'contextual_update', context_id: 'history', text });
    caller.say('go');
    await caller.heard(1);
    const seen = (await sim.control('GET', 'conversations')).conversations[0];
    assert.deepEqual(seen.contexts, [{ context_id: 'history', text: 'new' }]);
  });
  await test('overrides and dynamic variables', async () => {
    const override = (agent) => ({ ...kInitiation, conversation_config_override: { agent, tts: {} } });
    assert.equal((await call({ initiation: override({ first_message: 'x' }) }).end()).code, 1008);
    await options({ allow_first_message_override: true, greeting: true });
    assert.deepEqual(await (await ready({ initiation: override({ first_message: 'x' }) })).heard(1), ['x']);
    await ready({ initiation: override({}) });
    const prompt = { initiation: override({ prompt: { prompt: 'x' } }) };
    assert.equal((await call(prompt).end()).code, 1008);
    await options({ allow_prompt_override: true });
    await ready(prompt);
    const language = { initiation: override({ language: 'tr' }) };
    await ready(language);
    await options({ allow_other_overrides: false });
    assert.equal((await call(language).end()).code, 1008);
    await options({ required_dynamic_variables: ['name'] });
    const missing = call();
    assert.equal((await missing.end()).code, 1008);
    assert.equal(missing.of('error')[0].error_event.error_type, 'missing_dynamic_variable');
    await ready({ initiation: { ...kInitiation, dynamic_variables: { name: 'Ayse' } } });
  });
  await test('queued conversations and messages that come too early lose messages', async () => {
    await options({ next_connection: [{ queue_waiting: true }, { lose_messages_within_ms: 600000 }] });
    const queued = await ready();
    queued.say('lost');
    const first = async () => (await sim.control('GET', 'conversations')).conversations[0];
    await until('message', async () => (await first()).user_messages.length);
    await sim.control('POST', 'queue_done');
    queued.say('kept');
    assert.deepEqual(await queued.heard(1), ['Echo: kept']);
    const early = await ready();
    early.say('lost');
    await sim.control('POST', 'say', { text: 'marker' });
    await early.heard(1);
    assert.ok(!early.replies().includes('Echo: lost'));
  });
  await test('scripts: match, times; unknown options are refused by name', async () => {
    await options({ scripts: [{ match: 'PRICE', times: 1, replies: 'ten' }, { match: '', replies: 'what?' }] });
    const caller = await ready();
    for (const text of ['the price?', 'the price again', 'x']) caller.say(text);
    assert.deepEqual(await caller.heard(3), ['ten', 'what?', 'what?']);
    await assert.rejects(options({ gretting: true }), /gretting/);
    await assert.rejects(options({ reply_delay_ms: 'soon' }), /reply_delay_ms/);
    await assert.rejects(options({ next_turn: { close_code: 1005 } }), /close_code/);
  });
}

export async function elevenlabsOptions(WebSocket, binary) {
  const sim = await start(binary);
  const kit = tools(WebSocket, sim);
  kit.call.Caller = class extends Caller { constructor(url) { super(WebSocket, url); } };
  await handshake(kit);
  await doors(kit);
  await keepAlive(kit);
  await turns(kit);
  await input(kit);
  await checkThatAllAreTried('elevenlabs', sim, './elevenlabs_options.mjs', './elevenlabs_suite.mjs');
  await sim.stop();
}
