// Subscribes with a published client library in processes of its own, kills and resumes them, and asserts
// that each event arrives once and in order.
//
// Usage: MOCKORG_URL=... MOCKORG_ACCESS_TOKEN=... node check.js faye|cometd|jsforce|jsforce-node18|aiosfstream-ng
// MOCKORG_PYTHON names the Python that has aiosfstream-ng. The other libraries are found by NODE_PATH.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const readline = require('node:readline');

const library = process.argv[2];
const url = process.env.MOCKORG_URL;
const token = process.env.MOCKORG_ACCESS_TOKEN;
const channel = '/event/AssetRenewInitiatedEvent';

/** A client in a process of its own. */
class Subscriber {
  constructor(replay, { accessToken = token, from = channel } = {}) {
    const [program, script] = library === 'aiosfstream-ng'
      ? [process.env.MOCKORG_PYTHON ?? 'python3', ['subscriber.py']]
      : [process.execPath, ['subscriber.js', library]];
    const [file, ...rest] = script;
    const args = [path.join(__dirname, file), ...rest, from, String(replay)];
    const env = { ...process.env, MOCKORG_ACCESS_TOKEN: accessToken };
    this.process = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.errors = '';
    this.process.stderr.on('data', (text) => { this.errors += text; });
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** What the client says next. */
  async next() {
    for (;;) {
      const { value, done } = await this.lines.next();
      assert.ok(!done, `the client has ended: ${this.errors}`);
      // Libraries have their own remarks.
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  async subscribed() {
    // A replay may come before the library tells of the subscription.
    const early = [];
    for (;;) {
      const said = await this.next();
      if (said.subscribed) break;
      assert.ok(said.replayId, JSON.stringify(said));
      early.push(said);
    }
    this.early = early;
    return this;
  }

  async events(count) {
    const events = this.early.splice(0, count);
    while (events.length < count) events.push(await this.next());
    return events.map((event) => event.replayId);
  }

  async kill() {
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

async function rest(method, resource, body) {
  const answer = await fetch(`${url}${resource}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${resource}: ${answer.status}`);
  return answer.json();
}

/** Renews an asset, which publishes an event in any case: the second renewal of an asset fails, and says so. */
async function publish() {
  const soql = encodeURIComponent("SELECT Id FROM Asset WHERE Name = 'Team License' LIMIT 1");
  const found = await rest('GET', `/services/data/v64.0/query?q=${soql}`);
  await rest('POST', '/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal', {
    assetIds: { assetIdArray: [found.records[0].Id] },
  });
}

/** The replay ids of what the org has published, once there are so many. */
async function published(count) {
  for (;;) {
    const { events } = await rest('GET', `/__mockorg/events?channel=${channel}`);
    if (events.length >= count) return events.map((event) => event.replayId);
    await new Promise(setImmediate);
  }
}

async function main() {
  console.log(`Streaming API with ${library} on Node ${process.version}`);
  const done = (title) => console.log(`ok - ${title}`);

  const live = await new Subscriber(-1).subscribed();
  await publish();
  assert.deepEqual(await live.events(1), await published(1));
  await publish();
  const two = await published(2);
  assert.deepEqual(await live.events(1), two.slice(1));
  done('with -1 a client receives what is published from then on');

  const all = await new Subscriber(-2).subscribed();
  assert.deepEqual(await all.events(2), two);
  await all.kill();
  done('with -2 a client receives all that is kept');

  const after = await new Subscriber(two[0]).subscribed();
  assert.deepEqual(await after.events(1), two.slice(1));
  await after.kill();
  done('with an id a client receives what came after it');

  let position = two[1];
  const received = [];
  for (let round = 0; round < 3; round += 1) {
    const client = await new Subscriber(position).subscribed();
    await Promise.all([publish(), publish()]);
    // The first while it lives; the others are published before and after it is killed.
    const [next] = await client.events(1);
    const killed = client.kill();
    await publish();
    await killed;
    received.push(next);
    position = next;
  }
  const everything = await published(11);
  const last = await new Subscriber(position).subscribed();
  received.push(...await last.events(11 - 2 - received.length));
  assert.deepEqual(received, everything.slice(2));
  assert.deepEqual(await live.events(9), everything.slice(2));
  await Promise.all([last.kill(), live.kill()]);
  done('a client that is killed and resumed loses nothing and gets nothing twice');

  const refusal = async (options, replay = -1) => {
    const client = new Subscriber(replay, options);
    const said = await client.next();
    await client.kill();
    return said.refused ?? assert.fail(JSON.stringify(said));
  };
  assert.match(await refusal({ accessToken: 'wrong' }), /401::Authentication invalid|Authentication/);
  done('a wrong token is refused');
  assert.match(await refusal({ from: '/event/Nothing__e' }), /create_denied/);
  assert.match(await refusal({}, 1_000_000_000), /The replayId \{1000000000\} you provided was invalid/);
  done('a channel that does not exist and an id that was never given are refused');
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
