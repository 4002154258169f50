// Bulk API 1.0: CSV and XML.
'use strict';

const assert = require('node:assert/strict');

const { step } = require('../steps.js');
const { allowHardDeletes, conn, shipments, stored } = require('./known.js');

step('bulk: load inserts, updates, upserts, deletes', async () => {
  const inserted = await conn.bulk.load('Shipment__c', 'insert', shipments('v1', 4));
  assert.deepEqual(inserted.map((result) => result.success), [true, true, true, true]);
  const rows = await stored('v1');
  assert.equal(rows.length, 4);
  const updated = await conn.bulk.load('Shipment__c', 'update', rows.map(({ Id }) => ({ Id, Pieces__c: 50 })));
  assert.ok(updated.every((result) => result.success));
  const upserted = await conn.bulk.load('Shipment__c', 'upsert', { extIdField: 'External_Id__c' }, shipments('v1', 5));
  assert.ok(upserted.every((result) => result.success));
  assert.equal((await stored('v1')).length, 5);
  const deleted = await conn.bulk.load('Shipment__c', 'delete', (await stored('v1')).map(({ Id }) => ({ Id })));
  assert.ok(deleted.every((result) => result.success));
  assert.deepEqual(await stored('v1'), []);
});

step('bulk: CSV text is loaded, rows that fail are told', async () => {
  const results = await conn.bulk.load('Shipment__c', 'insert', 'External_Id__c,Pieces__c\nv1t-0,1\nv1t-1,many\n');
  assert.deepEqual(results.map((result) => result.success), [true, false]);
  assert.ok(results[1].errors[0].length > 0);
});

step('bulk: a job with two batches is listed, checked and closed', async () => {
  const job = conn.bulk.createJob('Shipment__c', 'insert', { concurrencyMode: 'Serial' });
  const info = await job.open();
  assert.equal(info.state, 'Open');
  for (const word of ['v1a', 'v1b']) {
    const batch = job.createBatch();
    const done = new Promise((resolve, reject) => { batch.on('response', resolve); batch.on('error', reject); });
    batch.on('queue', () => batch.poll(100, 20_000));
    batch.execute(shipments(word, 2));
    assert.equal((await done).length, 2);
  }
  assert.equal((await job.list()).length, 2);
  const checked = await job.check();
  assert.equal(checked.numberBatchesCompleted, '2');
  const id = job.id;
  assert.equal((await job.close()).state, 'Closed');
  assert.equal((await conn.bulk.job(id).check()).state, 'Closed');
  assert.equal((await conn.bulk.job(id).info()).object, 'Shipment__c');
});

step('bulk: a job is aborted', async () => {
  const job = conn.bulk.createJob('Shipment__c', 'insert');
  await job.open();
  assert.equal((await job.abort()).state, 'Aborted');
});

step('bulk: a query gives records', async () => {
  await conn.bulk.load('Shipment__c', 'insert', shipments('v1q', 3));
  const rows = await (await conn.bulk.query(
    "SELECT Id, External_Id__c FROM Shipment__c WHERE External_Id__c LIKE 'v1q-%' ORDER BY External_Id__c",
  )).toArray();
  assert.deepEqual(rows.map((row) => row.External_Id__c), ['v1q-0', 'v1q-1', 'v1q-2']);
});

step('bulk: objects load, update and delete in bulk', async () => {
  const table = conn.sobject('Shipment__c');
  const results = await table.createBulk(shipments('v1s', 2));
  assert.ok(results.every((result) => result.success));
  await table.updateBulk(results.map(({ id }) => ({ Id: id, Pieces__c: 3 })));
  await table.upsertBulk(shipments('v1s', 3), 'External_Id__c');
  const rows = await stored('v1s');
  assert.equal(rows.length, 3);
  await table.destroyBulk(rows.slice(0, 2).map(({ Id }) => ({ Id })));
  await allowHardDeletes();
  const hard = await table.destroyHardBulk(rows.slice(2).map(({ Id }) => ({ Id })));
  assert.ok(hard.every((result) => result.success), JSON.stringify(hard));
});

step('bulk: what cannot be is refused', async () => {
  await assert.rejects(async () => conn.bulk.load('Nope__c', 'insert', [{ Name: 'x' }]), { name: 'InvalidJob' });
  await assert.rejects(conn.bulk.job('750000000000000AAA').check(), { name: 'InvalidJob' });
});
