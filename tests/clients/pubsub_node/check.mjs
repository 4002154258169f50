// Runs salesforce-pubsub-api-client, as published, against a mock org with TLS.
//
// Usage: MOCKORG_URL=http://… MOCKORG_TLS_URL=https://… MOCKORG_ACCESS_TOKEN=00D… node check.mjs

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Modules do not look at NODE_PATH by themselves.
const entry = createRequire(import.meta.url).resolve('salesforce-pubsub-api-client');
const { default: PubSubApiClient } = await import(pathToFileURL(path.join(path.dirname(entry), 'client.js')));
const installed = JSON.parse(fs.readFileSync(path.join(path.dirname(entry), '../package.json'), 'utf8'));

const { MOCKORG_URL: url, MOCKORG_TLS_URL: tlsUrl, MOCKORG_ACCESS_TOKEN: accessToken } = process.env;
const version = '64.0';
const renewed = '/event/AssetRenewInitiatedEvent';
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function rest(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

const query = async (soql) =>
  (await rest('GET', `/services/data/v${version}/query?q=${encodeURIComponent(soql)}`)).records;

async function renew() {
  const [asset] = await query(
    "SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics' AND Product2.Name = 'Team License'",
  );
  const answer = await rest(
    'POST',
    `/services/data/v${version}/asset-management/assets/collection/actions/initiate-renewal`,
    { assetIds: { assetIdArray: [asset.Id] } },
  );
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { Status } = await rest('GET', answer.statusURL);
    // A renewal that fails has its event, too: an asset cannot be renewed twice for the same term.
    if (Status === 'Completed' || Status === 'Failure') return answer.requestIdentifier;
    assert.ok(Date.now() < deadline, Status);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function connected(token = accessToken, more = {}) {
  const [{ Id: organizationId }] = await query('SELECT Id FROM Organization');
  const client = new PubSubApiClient(
    {
      authType: 'user-supplied',
      accessToken: token,
      instanceUrl: tlsUrl,
      organizationId,
      pubSubEndpoint: new URL(tlsUrl).host,
      rejectUnauthorizedSsl: false,
      ...more,
    },
    quiet,
  );
  await client.connect();
  return client;
}

/** What the callback of a subscription was told, in its order. */
class Told {
  #waiting = [];
  #kept = [];

  callback = (subscription, type, data) => {
    const told = { type, data };
    const waiting = this.#waiting.shift();
    if (waiting) waiting(told);
    else this.#kept.push(told);
  };

  async next(type) {
    for (;;) {
      const told = this.#kept.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
      assert.ok(told.type === type || told.type !== 'error', `${told.data?.message} instead of ${type}`);
      if (told.type === type) return told.data;
    }
  }
}

if (process.argv[2] === 'doomed') {
  // Prints the newest replay id and then waits to be killed.
  const client = await connected();
  const told = new Told();
  await client.subscribeFromEarliestEvent(renewed, told.callback, 2);
  await told.next('event');
  console.log((await told.next('event')).replayId);
  setInterval(() => {}, 1000);
  await new Promise(() => {});
}

const steps = [];
const step = (name, run) => steps.push([name, run]);
const known = {};

step('a subscriber to the latest receives the renewal', async () => {
  const client = await connected();
  const told = new Told();
  await client.subscribe(renewed, told.callback, 5);
  await told.next('grpcKeepAlive');
  const identifier = await renew();
  const event = await told.next('event');
  assert.equal(event.payload.RequestIdentifier, identifier);
  assert.equal(event.payload.HasErrors, false);
  assert.match(event.payload.RenewalRecordId, /^801/);
  assert.ok(Number.isInteger(event.replayId), event.replayId);
  known.first = { identifier, replayId: event.replayId };
  client.close();
});

step('a subscriber to the earliest receives what was before', async () => {
  const client = await connected();
  const told = new Told();
  await client.subscribeFromEarliestEvent(renewed, told.callback, 5);
  assert.equal((await told.next('event')).replayId, known.first.replayId);
  client.close();
});

step('a subscriber goes on after the event that it names', async () => {
  const identifier = await renew();
  const client = await connected();
  const told = new Told();
  await client.subscribeFromReplayId(renewed, told.callback, 5, known.first.replayId);
  assert.equal((await told.next('event')).payload.RequestIdentifier, identifier);
  client.close();
});

step('assets of an order come as a list', async () => {
  const client = await connected();
  const told = new Told();
  await client.subscribe('/event/CreateAssetOrderEvent', told.callback);
  await told.next('grpcKeepAlive');
  const lines = await query("SELECT Id, OrderId FROM OrderItem WHERE Order.Name = 'Cedar & Pine - Second Team'");
  const action = `/services/data/v${version}/actions/standard/createOrUpdateAssetFromOrder`;
  await rest('POST', action, { inputs: [{ orderId: lines[0].OrderId }] });
  const { payload } = await told.next('event');
  // avro-js leaves unions inside lists wrapped.
  const entries = payload.AssetDetails.map((entry) => entry.OrderItemId.string);
  assert.deepEqual(entries.sort(), lines.map((line) => line.Id).sort());
  assert.ok(payload.AssetDetails.every((entry) => entry.IsSuccess.boolean));
  client.close();
});

step('a change names the fields that have changed', async () => {
  const client = await connected();
  const told = new Told();
  await client.subscribe('/data/AccountChangeEvent', told.callback, 5);
  await told.next('grpcKeepAlive');
  const accounts = `/services/data/v${version}/sobjects/Account`;
  const { id } = await rest('POST', accounts, { Name: 'Dune Freight', Industry: 'Energy', BillingCity: 'Kiel' });
  await rest('PATCH', `${accounts}/${id}`, { Name: 'Dune Cargo', Industry: null, BillingCity: 'Bremen' });
  const created = (await told.next('event')).payload;
  assert.equal(created.ChangeEventHeader.changeType, 'CREATE');
  assert.equal(created.Name, 'Dune Freight');
  const { ChangeEventHeader: header, ...fields } = (await told.next('event')).payload;
  assert.deepEqual([header.entityName, header.changeType, header.recordIds], ['Account', 'UPDATE', [id]]);
  assert.deepEqual(header.changedFields.sort(), ['BillingAddress.City', 'Industry', 'LastModifiedDate', 'Name']);
  assert.deepEqual(header.nulledFields, ['Industry']);
  assert.equal(fields.Name, 'Dune Cargo');
  client.close();
});

step('a client that was killed goes on where it was', async () => {
  const doomed = spawn(process.execPath, [fileURLToPath(import.meta.url), 'doomed'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise((resolve) => doomed.stdout.once('data', resolve));
  doomed.kill('SIGKILL');
  const missed = [await renew(), await renew()];
  const client = await connected();
  const told = new Told();
  await client.subscribeFromReplayId(renewed, told.callback, 5, Number(line));
  for (const identifier of missed) {
    assert.equal((await told.next('event')).payload.RequestIdentifier, identifier);
  }
  client.close();
});

step('a bad token is refused with the documented words', async () => {
  const client = await connected('00Dbad!token');
  const told = new Told();
  client.subscribe(renewed, told.callback, 1);
  const error = await told.next('error');
  assert.match(
    `${error.message}`,
    /An authentication exception occurred\. Provide valid authentication via metadata headers\. rpcId: [0-9a-f-]{36}/,
  );
  assert.equal(error.code, 16);
  client.close();
});

step('the client credentials flow leads to the same events', async () => {
  const client = await connected(undefined, {
    authType: 'oauth-client-credentials',
    loginUrl: url,
    clientId: 'mockorg',
    clientSecret: 'mockorg',
  });
  const told = new Told();
  await client.subscribeFromEarliestEvent(renewed, told.callback, 1);
  assert.equal((await told.next('event')).replayId, known.first.replayId);
  client.close();
});

console.log(`# salesforce-pubsub-api-client ${installed.version}`);
for (const [name, run] of steps) {
  await run();
  console.log(`ok - ${name}`);
}
process.exit(0);
