// Many records at once: sObject collections, bulk deletes and updates of what a query finds.
'use strict';

const assert = require('node:assert/strict');

const { step } = require('../steps.js');
const { conn, shipments, stored } = require('./known.js');

const table = conn.sobject('Shipment__c');

step('an array is created, retrieved, updated, upserted and destroyed', async () => {
  const saved = await table.create(shipments('col', 3));
  assert.deepEqual(saved.map((result) => result.success), [true, true, true]);
  const ids = saved.map((result) => result.id);
  const read = await table.retrieve([...ids, 'a00000000000000AAA']);
  assert.deepEqual(read.map((record) => record?.Pieces__c), [0, 1, 2, undefined]);
  const updated = await table.update(ids.map((Id) => ({ Id, Pieces__c: 9 })));
  assert.ok(updated.every((result) => result.success));
  const upserted = await table.upsert(shipments('col', 4), 'External_Id__c');
  assert.deepEqual(upserted.map((result) => result.created), [false, false, false, true]);
  const destroyed = await table.destroy([...ids, upserted[3].id]);
  assert.ok(destroyed.every((result) => result.success));
  assert.deepEqual(await stored('col'), []);
});

step('rows that fail do so alone, unless all must succeed', async () => {
  const rows = [...shipments('part', 2), { External_Id__c: 'part-0' }];
  const results = await table.create(rows);
  assert.deepEqual(results.map((result) => result.success), [true, true, false]);
  assert.equal(results[2].errors[0].statusCode, 'DUPLICATE_VALUE');
  const together = await table.create([...shipments('whole', 2), { External_Id__c: 'part-0' }], { allOrNone: true });
  assert.deepEqual(together.map((result) => result.success), [false, false, false]);
  assert.equal(together[0].errors[0].statusCode, 'ALL_OR_NONE_OPERATION_ROLLED_BACK');
  await assert.rejects(table.create([{ Nope__c: 1 }]), { errorCode: 'INVALID_FIELD' });
});

step('more than 200 rows are sent in several requests', async () => {
  const results = await table.create(shipments('lots', 450), { allowRecursive: true });
  assert.equal(results.filter((result) => result.success).length, 450);
  await assert.rejects(table.create(shipments('toomany', 201)), { errorCode: 'EXCEEDED_ID_LIMIT' });
});

step('single rows in parallel instead of collections', async () => {
  const results = await table.create(shipments('single', 5), { allowRecursive: true, headers: {} });
  assert.equal(results.length, 5);
  const old = conn.sobject('Shipment__c');
  const ids = results.map((result) => result.id);
  assert.equal((await old.retrieve(ids.slice(0, 2))).length, 2);
});

step('what a query finds is updated and destroyed, few by collections, many by bulk', async () => {
  const found = () => table.find({ External_Id__c: { $like: 'lots-%' } }, 'Id, Pieces__c');
  const changed = await found().limit(10).update((record) => ({ Id: record.Id, Pieces__c: 1000 }));
  assert.equal(changed.filter((result) => result.success).length, 10);
  const many = await found().update({ Pieces__c: 2000 }, { bulkThreshold: 100, bulkApiVersion: 2 });
  assert.equal(many.filter((result) => result.success).length, 450);
  assert.equal(await table.count({ Pieces__c: 2000 }), 450);
  const older = await found().limit(150).destroy({ bulkThreshold: 100, bulkApiVersion: 1 });
  assert.equal(older.filter((result) => result.success).length, 150);
  const newer = await found().destroy({ bulkThreshold: 100, bulkApiVersion: 2 });
  assert.equal(newer.filter((result) => result.success).length, 300);
  assert.equal(await table.count({ External_Id__c: { $like: 'lots-%' } }), 0);
});
