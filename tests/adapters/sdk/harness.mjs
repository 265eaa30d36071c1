// What both suites need: start a stand-in, talk to its control API, wait for a condition, count results.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const results = { passed: 0, failed: 0 };

export async function check(name, body) {
  try {
    await body();
    results.passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    results.failed += 1;
    console.log(`FAIL ${name}: ${describe(error)}`);
  }
}

function describe(error) {
  if (error?.body !== undefined) return `${error.message ?? error} ${JSON.stringify(error.body)}`.slice(0, 2000);
  return error?.stack ?? String(error);
}

// Far beyond what anything takes, so that only a real fault ends in it.
const patience = 60000;

export function within(promise, what, milliseconds = patience) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

export async function until(what, condition, milliseconds = patience) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`no ${what} within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Every option that the stand-in has is set by a test in these files.
export async function checkThatAllAreTried(name, sim, ...files) {
  const tests = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('');
  const tried = (option) => new RegExp(`\\b${option}\\b`).test(tests);
  await check(`${name} option: each of them is tried`, async () => {
    const options = Object.keys(await sim.control('GET', 'options'));
    assert.ok(options.length > 15);
    assert.deepEqual(options.filter((option) => !tried(option)), []);
  });
}

// A stand-in as a process of its own; its first line tells where it listens.
export async function start(binary, ...options) {
  const child = spawn(binary, ['--port', '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    ended.then(({ code }) => reject(new Error(`${binary} ended with ${code} before it listened`)));
  });
  failed.catch(() => {});
  const line = new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const said = await within(Promise.race([line, failed]), 'listening line');
  const base = said.match(/^listening on (http:\/\/\S+)$/)?.[1];
  if (!base) throw new Error(`unexpected first line: ${said}`);
  return {
    base,
    async control(method, path, body) {
      const options = { method, headers: { 'Content-Type': 'application/json' } };
      if (body !== undefined) options.body = JSON.stringify(body);
      const answer = await fetch(`${base}/sim/${path}`, options);
      const value = await answer.json();
      if (!answer.ok) throw new Error(`${method} /sim/${path}: ${answer.status} ${JSON.stringify(value)}`);
      return value;
    },
    async stop() {
      child.kill('SIGTERM');
      return within(ended, 'end after SIGTERM');
    },
  };
}
