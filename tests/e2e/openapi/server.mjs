// sessiond and both stand-ins as processes, and a client that keeps whole answers.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, within } from '../../adapters/sdk/harness.mjs';

export const webhook_secret = 'the webhook secret of this test';
export const post_call_secret = 'the secret of reports after conversations';
export const metrics_token = 'the token of the metrics';
export const body_bytes_max = 65536;
export const streams_per_user_max = 32;
export const password = 'a password for tests';

export const tenants = {
  // Every text of this tenant holds the mark, so that nothing of it can hide in the answers to others.
  marked: { id: 'northmark', features: ['whatsapp_agent'], active: true },
  other: { id: 'south', features: ['whatsapp_agent'], active: true },
  agentless: { id: 'west', features: ['whatsapp_agent'], active: false },
  featureless: { id: 'east', features: [], active: true },
};
export const roles = ['admin', 'manager', 'operator'];
export const mark = /northmark|\+?9055577\d*/i;
export const email_of = (tenant, role) => `${role}@${tenant.id}.example.com`;

function configuration(folder, unipile, elevenlabs) {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    public_url: 'http://127.0.0.1:9',
    database: join(folder, 'sessiond.db'),
    jwt_secret: '0123456789abcdef0123456789abcdef',
    unipile: { base_url: unipile, api_key: 'unipile-key', webhook_secret: webhook_secret },
    elevenlabs: { base_url: elevenlabs, api_key: 'agent-key', text_only_override: true,
      webhook_secret: post_call_secret, webhook_bytes_max: body_bytes_max },
    http: { body_bytes_max: body_bytes_max },
    metrics: { token: metrics_token },
    events: { streams_per_user_max },
    policy: { grace_period_seconds: 600 },
    tenants: Object.values(tenants).map(({ id, features, active }) => ({
      id,
      name: id,
      features,
      unipile_account_id: `acc_${id}`,
      agents: [{ id: `agent_${id}`, name: `Agent of ${id}`, elevenlabs_agent_id: 'agent_1', active }],
      agent_id: `agent_${id}`,
    })),
    users: Object.values(tenants).flatMap((tenant) =>
      roles.map((role) => ({
        email: email_of(tenant, role), password, name: `${role} of ${tenant.id}`, role, tenant: tenant.id,
      })),
    ),
  };
}

async function start_sessiond(program, config_file) {
  const child = spawn(program, ['serve', '--config', config_file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const line = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    ended.then(({ code }) => reject(new Error(`sessiond ended with ${code} before it listened`)));
  });
  const said = await within(line, 'address of sessiond');
  const base = said.match(/^sessiond listening on (http:\/\/\S+)$/)?.[1];
  if (!base) throw new Error(`unexpected first line: ${said}`);
  return {
    base,
    stop() {
      child.kill('SIGTERM');
      return within(ended, 'end of sessiond after SIGTERM');
    },
  };
}

export async function start_all(sessiond, unipile_program, elevenlabs_program) {
  const folder = await mkdtemp(join(tmpdir(), 'sessiond-openapi-'));
  const unipile = await start(unipile_program, '--api-key', 'unipile-key');
  const elevenlabs = await start(elevenlabs_program, '--api-key', 'agent-key');
  const config_file = join(folder, 'sessiond.json');
  await writeFile(config_file, JSON.stringify(configuration(folder, unipile.base, elevenlabs.base)));
  const server = await start_sessiond(sessiond, config_file);
  return {
    base: server.base,
    async stop() {
      const { code } = await server.stop();
      await unipile.stop();
      await elevenlabs.stop();
      await rm(folder, { recursive: true });
      if (code !== 0) throw new Error(`sessiond ended with ${code}`);
    },
  };
}

// How the service signs a report after a conversation.
export function post_call_signature(body) {
  const seconds = Math.floor(Date.now() / 1000);
  return `t=${seconds},v0=${createHmac('sha256', post_call_secret).update(`${seconds}.${body}`).digest('hex')}`;
}

// One request. Streams that do not end are left once their head has come, or put into `kept`.
export async function ask(base, method, path, { headers = {}, body, kept } = {}) {
  const giving_up = new AbortController();
  const answer = await within(
    fetch(base + path, { method, headers, body, redirect: 'manual', signal: giving_up.signal }),
    `answer to ${method} ${path}`,
  );
  const type = (answer.headers.get('content-type') ?? '').split(';')[0].trim();
  if (type === 'text/event-stream') {
    if (kept) kept.push(new EventStream(answer, giving_up));
    else giving_up.abort();
    return { status: answer.status, headers: answer.headers, type, text: '' };
  }
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, type, text, json: parsed(text) };
}

// A stream of server-sent events that is open.
export class EventStream {
  constructor(answer, giving_up) {
    this.giving_up = giving_up;
    this.reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    this.text = '';
  }

  // Reads on until what has come is enough.
  async until(what, enough) {
    const reading = async () => {
      while (!enough(this.events())) {
        const { done, value } = await this.reader.read();
        if (done) throw new Error(`the stream ended: ${this.text}`);
        this.text += value;
      }
    };
    await within(reading(), what);
    return this.events();
  }

  events() {
    return this.text.split('\n\n').slice(0, -1).flatMap((block) => {
      const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
      return field('event') ? [{ id: field('id'), event: field('event'), data: parsed(field('data')) }] : [];
    });
  }

  close() {
    this.reader.cancel().catch(() => {});
    this.giving_up.abort();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
