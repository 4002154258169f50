// Bulk API 2.0.
'use strict';

const assert = require('node:assert/strict');

const { step } = require('../steps.js');
const { conn, shipments, stored } = require('./known.js');

const load = (operation, input, more = {}) => conn.bulk2.loadAndWaitForResults({ object: 'Shipment__c', operation, input, ...more });

step('bulk2: insert, update, upsert, delete', async () => {
  const inserted = await load('insert', shipments('v2', 4));
  assert.equal(inserted.successfulResults.length, 4);
  assert.equal(inserted.successfulResults[0].sf__Created, 'true');
  const rows = await stored('v2');
  const updated = await load('update', rows.map(({ Id }) => ({ Id, Pieces__c: 60 })));
  assert.equal(updated.successfulResults.length, 4);
  const upserted = await load('upsert', shipments('v2', 5), { externalIdFieldName: 'External_Id__c' });
  assert.deepEqual(upserted.successfulResults.map((row) => row.sf__Created).sort(), ['false', 'false', 'false', 'false', 'true']);
  const deleted = await load('delete', (await stored('v2')).map(({ Id }) => ({ Id })));
  assert.equal(deleted.successfulResults.length, 5);
  assert.deepEqual(await stored('v2'), []);
});

step('bulk2: rows that fail are kept apart', async () => {
  const results = await load('insert', [...shipments('v2f', 1), { External_Id__c: 'v2f-0', Pieces__c: 1 }]);
  assert.deepEqual([results.successfulResults.length, results.failedResults.length, results.unprocessedRecords.length], [1, 1, 0]);
  assert.match(results.failedResults[0].sf__Error, /^DUPLICATE_VALUE:/);
});

step('bulk2: a job is opened, filled, closed, polled, read, deleted', async () => {
  const job = conn.bulk2.createJob({ object: 'Shipment__c', operation: 'insert', lineEnding: 'CRLF', columnDelimiter: 'SEMICOLON' });
  const opened = await job.open();
  assert.deepEqual([opened.state, opened.columnDelimiter, opened.lineEnding], ['Open', 'SEMICOLON', 'CRLF']);
  await job.uploadData('External_Id__c;Pieces__c\r\nv2j-0;1\r\n');
  const closed = await job.close();
  assert.ok(['UploadComplete', 'InProgress'].includes(job.getInfo().state), JSON.stringify(closed));
  await job.poll(100, 20_000);
  assert.equal((await job.check()).state, 'JobComplete');
  assert.match(await job.getSuccessfulResults(true), /^"?sf__Id"?;"?sf__Created"?;/);
  assert.equal((await job.getFailedResults()).length, 0);
  assert.equal((await job.getUnprocessedRecords()).length, 0);
  await job.delete();
  await assert.rejects(conn.bulk2.job('ingest', { id: job.id }).check(), (error) => Boolean(error.errorCode ?? error.name));
});

step('bulk2: a job is aborted', async () => {
  const job = conn.bulk2.createJob({ object: 'Shipment__c', operation: 'insert' });
  await job.open();
  await job.abort();
  assert.equal((await job.check()).state, 'Aborted');
});

step('bulk2: a query gives records, deleted ones too when asked', async () => {
  await load('insert', shipments('v2q', 3));
  const soql = "SELECT Id, External_Id__c FROM Shipment__c WHERE External_Id__c LIKE 'v2q-%' ORDER BY External_Id__c";
  const rows = await (await conn.bulk2.query(soql)).toArray();
  assert.deepEqual(rows.map((row) => row.External_Id__c), ['v2q-0', 'v2q-1', 'v2q-2']);
  await conn.sobject('Shipment__c').destroy(rows[0].Id);
  assert.equal((await (await conn.bulk2.query(soql)).toArray()).length, 2);
  assert.equal((await (await conn.bulk2.query(soql, { scanAll: true })).toArray()).length, 3);
});

step('bulk2: what cannot be is refused', async () => {
  await assert.rejects(conn.bulk2.query('SELECT Nope FROM Shipment__c'), /Nope/);
  await assert.rejects(conn.bulk2.loadAndWaitForResults({ object: 'Nope__c', operation: 'insert', input: [{ Name: 'x' }] }),
    (error) => Boolean(error.errorCode ?? error.name));
});
