// What the walk needs to know that no document says. Documenting a route with a new kind of path parameter, of security
// or of refusal means one line here.
import { until } from '../../adapters/sdk/harness.mjs';
import {
  ask, email_of, metrics_token, password, post_call_signature, roles, streams_per_user_max, tenants, webhook_secret,
} from './server.mjs';

export class World {
  constructor(base) {
    this.base = base;
    this.tokens = new Map();
    this.count = 0;
    this.accounts = new Map(Object.values(tenants).map(({ id }) => [id, `acc_${id}`]));
  }

  // Walking through /connect and /disconnect changes the account that a tenant's messages come through.
  account_is(tenant, account) {
    this.accounts.set(tenant.id, account);
  }

  async account_of(tenant) {
    if (!this.accounts.get(tenant.id)) {
      const answer = await this.call(tenant, 'admin', 'POST', '/api/whatsapp/connect', {});
      this.account_is(tenant, answer.json.account_id);
    }
    return this.accounts.get(tenant.id);
  }

  async log_in_everybody() {
    for (const tenant of Object.values(tenants)) {
      for (const role of roles) this.tokens.set(email_of(tenant, role), await this.log_in(email_of(tenant, role)));
    }
  }

  async log_in(email) {
    const body = JSON.stringify({ email, password });
    const answer = await ask(this.base, 'POST', '/api/auth/login', { headers: json, body });
    if (answer.status !== 200) throw new Error(`login of ${email}: ${answer.status} ${answer.text}`);
    return answer.json.token;
  }

  async call(tenant, role, method, path, body) {
    const headers = { ...json, authorization: `Bearer ${this.tokens.get(email_of(tenant, role))}` };
    const answer = await ask(this.base, method, path, { headers, body: body && JSON.stringify(body) });
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  // A contact writes for the first time: a chat that waits for a human. Gives its id.
  async new_chat(tenant) {
    this.count += 1;
    const chat = `chat_${tenant.id}_${this.count}`;
    await this.write(tenant, chat);
    const found = await this.call(tenant, 'admin', 'GET', `/api/whatsapp/chats?search=contact_${this.count}_`);
    return found.json.data[0]._id;
  }

  async write(tenant, chat) {
    const digits = tenant === tenants.marked ? '9055577' : '9055588';
    const number = digits + String(this.count).padStart(5, '0');
    const contact = {
      attendee_name: `contact_${this.count}_ of ${tenant.id}`,
      attendee_provider_id: `${number}@s.whatsapp.net`,
      attendee_specifics: { phone_number: `+${number}` },
    };
    const body = {
      event: 'message_received', account_id: await this.account_of(tenant), account_type: 'WHATSAPP', chat_id: chat,
      message_id: `message_${chat}`, message: `a question of ${tenant.id}`, timestamp: new Date().toISOString(),
      is_sender: false, is_group: false, sender: contact, attendees: [contact],
    };
    const headers = { ...json, 'x-unipile-secret': webhook_secret };
    const answer = await ask(this.base, 'POST', '/webhooks/unipile', { headers, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`delivery: ${answer.status} ${answer.text}`);
  }

  // The agent takes the chat up, and its service reports that conversation. Gives the conversation's id.
  async converse(tenant, chat) {
    await this.act(tenant, 'admin', chat, 'takeover');
    await this.act(tenant, 'admin', chat, 'release', { immediate: true });
    const conversation = await until(`conversation of ${chat}`, async () => {
      const sessions = await this.call(tenant, 'admin', 'GET', `/api/whatsapp/chats/${chat}/sessions`);
      return sessions.json.data[0].elevenlabs_conversation_id;
    });
    const now = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({
      type: 'post_call_transcription',
      event_timestamp: now,
      data: {
        agent_id: 'agent_1', conversation_id: conversation, status: 'done',
        transcript: [{ role: 'user', message: `a question of ${tenant.id}`, tool_calls: null }],
        metadata: { start_time_unix_secs: now - 20, call_duration_secs: 12, termination_reason: 'ended' },
        analysis: { call_successful: 'success', transcript_summary: `a talk of ${tenant.id}` },
      },
    });
    const headers = { ...json, 'elevenlabs-signature': post_call_signature(body) };
    const answer = await ask(this.base, 'POST', '/webhooks/elevenlabs', { headers, body });
    if (answer.status !== 200) throw new Error(`report: ${answer.status} ${answer.text}`);
    return conversation;
  }

  async new_blacklisted(tenant) {
    this.count += 1;
    const digits = tenant === tenants.marked ? '9055577' : '9055588';
    const phone = `+${digits}9${String(this.count).padStart(4, '0')}`;
    await this.call(tenant, 'admin', 'POST', '/api/whatsapp/blacklist', { phone });
    return phone;
  }

  act(tenant, role, chat, action, body = {}) {
    return this.call(tenant, role, 'POST', `/api/whatsapp/chats/${chat}/${action}`, body);
  }
}

export const json = { 'content-type': 'application/json' };

// A fresh value of a path parameter that belongs to the tenant.
export const path_values = {
  chatId: (world, tenant) => world.new_chat(tenant),
  conversationId: async (world, tenant) => world.converse(tenant, await world.new_chat(tenant)),
  phone: (world, tenant) => world.new_blacklisted(tenant),
};

// What has to be done before an operation can succeed on fresh values.
export const preparations = {
  release: (world, tenant, { chatId }) => world.act(tenant, 'admin', chatId, 'takeover'),
  listAgentConversations: (world, tenant, { chatId }) => world.converse(tenant, chatId),
  registerWebhook: (world, tenant) => world.account_of(tenant),
};

// Bodies that succeed, where the document's examples cannot.
export const bodies = {
  login: () => [{ email: email_of(tenants.other, 'admin'), password }],
};

// Headers that satisfy a security scheme other than the bearer's token; they may depend on the request's body.
export const credentials = {
  webhookSecret: () => ({ 'x-unipile-secret': webhook_secret }),
  postCallSignature: (body) => ({ 'elevenlabs-signature': post_call_signature(body ?? '') }),
  metricsToken: () => ({ authorization: `Bearer ${metrics_token}` }),
};

// Headers that satisfy none.
export const wrong_credentials = {
  authorization: 'Bearer x.y.z',
  'x-unipile-secret': 'wrong',
  'elevenlabs-signature': `t=${Math.floor(Date.now() / 1000)},v0=${'0'.repeat(64)}`,
};

const { marked, other, agentless } = tenants;

// How to get the refusals that depend on a state: `operation status code` to the requests that lead there. The last
// request is the operation's; `chat` is a fresh one.
export const provocations = {
  'takeOver 409 no_active_session': [other, ['send', { text: 'an answer' }], ['takeover']],
  'takeOver 409 already_held': [other, ['takeover', {}, 'manager'], ['takeover']],
  'takeOver 409 chat_closed': [other, ['close'], ['takeover']],
  'release 409 no_active_session': [other, ['send', { text: 'an answer' }], ['release']],
  'release 409 not_held': [other, ['release']],
  'release 409 no_agent': [agentless, ['takeover'], ['release']],
  'release 409 chat_closed': [other, ['close'], ['release']],
  'send 409 no_active_session': [other, ['send', { text: 'an answer' }], ['send', { text: 'one more' }]],
  'send 409 not_in_human_mode': [other, ['takeover'], ['release'], ['send', { text: 'hi' }]],
  'send 409 chat_closed': [other, ['close'], ['send', { text: 'hi' }]],
  'send 409 text_too_long': [other, ['takeover'], ['send', { text: 'x'.repeat(5000) }]],
  'send 409 text_empty': [other, ['takeover'], ['send', { text: ' ' }]],
};

// The same for refusals that come from something else than a chat's state.
export const other_provocations = {
  'login 401 unauthorized': (world) => failed_login(world),
  'login 429 too_many_attempts': async (world) => {
    for (let attempt = 0; attempt < 1000; ++attempt) {
      const answer = await failed_login(world);
      if (answer.status === 429) return answer;
    }
    throw new Error('a thousand failed logins in a row');
  },
  'watchEvents 400 bad_request': (world) => {
    const token = world.tokens.get(email_of(other, 'admin'));
    return ask(world.base, 'GET', `/api/whatsapp/events?token=${token}`);
  },
  'watchEvents 503 too_many_streams': async (world) => {
    const kept = [];
    const headers = { authorization: `Bearer ${world.tokens.get(email_of(other, 'manager'))}` };
    for (;;) {
      const answer = await ask(world.base, 'GET', '/api/whatsapp/events', { headers, kept });
      if (answer.status === 200 && kept.length <= streams_per_user_max) continue;
      for (const stream of kept) stream.close();
      return answer;
    }
  },
  // What was sent above went to a chat that the provider does not know.
  'listNotifications 200': (world) => until('a notification', async () => {
    const answer = await world.call(other, 'operator', 'GET', '/api/whatsapp/notifications');
    return answer.json.data.length > 0 && answer;
  }),
  'registerWebhook 409 not_connected': async (world) => {
    await world.call(agentless, 'admin', 'POST', '/api/whatsapp/disconnect', {});
    world.account_is(agentless, undefined);
    const headers = { ...json, authorization: `Bearer ${world.tokens.get(email_of(agentless, 'admin'))}` };
    const body = JSON.stringify({ url: 'http://127.0.0.1:9/webhooks/unipile' });
    return ask(world.base, 'POST', '/api/whatsapp/register-webhook', { headers, body });
  },
};

// What cannot be had from a healthy server in a moment; other tests show it.
export const elsewhere = {
  'registerWebhook 409 no_public_url': 'e2e.connection: no public_url is configured',
  'registerWebhook 409 no_webhook_secret': 'e2e.connection: a server in development',
  'send 409 too_many_sends': 'the scenario of ADR 0110',
  'unipileWebhook 503 unavailable': 'e2e.crash: a full disk',
  'ready 503 unavailable': 'e2e.crash: a full disk',
  'unipileWebhook 503 recovering': 'e2e.restart: a recovery that takes long',
  'elevenLabsWebhook 503 recovering': 'e2e.restart: a recovery that takes long',
  'watchEvents 503 recovering': 'e2e.restart: a recovery that takes long',
  'elevenLabsWebhook 404 not_found': 'e2e.post_call: no secret is configured',
  'elevenLabsWebhook 503 unavailable': 'e2e.post_call: another writer holds the file',
  'metrics 403 forbidden': 'e2e.metrics: no token is configured',
};

function failed_login(world) {
  const body = JSON.stringify({ email: email_of(marked, 'admin'), password: 'wrong' });
  return ask(world.base, 'POST', '/api/auth/login', { headers: json, body });
}
