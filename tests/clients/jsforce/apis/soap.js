// The partner SOAP API, as far as jsforce has it.
'use strict';

const assert = require('node:assert/strict');

const { jsforce, step } = require('../steps.js');
const { conn, stored, url, version } = require('./known.js');

step('soap: create, update, upsert, delete, undelete', async () => {
  const one = await conn.soap.create({ type: 'Shipment__c', External_Id__c: 'so-0', Pieces__c: 1 });
  assert.equal(one.success, true);
  const many = await conn.soap.create([1, 2].map((at) => ({ type: 'Shipment__c', External_Id__c: `so-${at}`, Pieces__c: at })));
  assert.deepEqual(many.map((result) => result.success), [true, true]);
  const updated = await conn.soap.update({ type: 'Shipment__c', Id: one.id, Pieces__c: null });
  assert.equal(updated.success, true);
  assert.equal((await stored('so'))[0].Pieces__c, null);
  const upserted = await conn.soap.upsert('External_Id__c', [0, 3].map((at) => ({ type: 'Shipment__c', External_Id__c: `so-${at}` })));
  assert.deepEqual(upserted.map((result) => result.created), [false, true]);
  const deleted = await conn.soap.delete([one.id]);
  assert.deepEqual(deleted.map((result) => result.success), [true]);
  const [undeleted] = await conn.soap.undelete([one.id]);
  assert.equal(undeleted.success, true);
  assert.equal((await stored('so')).length, 4);
});

step('soap: rows that fail carry a status code', async () => {
  const [failed] = await conn.soap.create([{ type: 'Account' }]);
  assert.equal(failed.success, false);
  assert.equal([failed.errors].flat()[0].statusCode, 'REQUIRED_FIELD_MISSING');
});

step('soap: emptyRecycleBin removes for good', async () => {
  const { id } = await conn.sobject('Account').create({ Name: 'For the bin' });
  await conn.sobject('Account').destroy(id);
  const [emptied] = await conn.soap.emptyRecycleBin([id]);
  assert.equal(emptied.success, true);
  const { totalSize } = await conn.query(`SELECT Id FROM Account WHERE Id = '${id}'`, { scanAll: true });
  assert.equal(totalSize, 0);
});

step('soap: merge moves the children of the losing record', async () => {
  const [{ id: master }, { id: loser }] = await conn.sobject('Account').create([{ Name: 'Master' }, { Name: 'Loser' }]);
  await conn.sobject('Contact').create({ LastName: 'Moved', AccountId: loser });
  const merged = await conn.soap.merge({ masterRecord: { type: 'Account', Id: master, Site: 'Merged' }, recordToMergeIds: [loser] });
  assert.equal(merged.success, true);
  assert.deepEqual([merged.mergedRecordIds].flat(), [loser]);
  assert.equal(await conn.sobject('Contact').count({ AccountId: master }), 1);
});

step('soap: convertLead makes an account, a contact and an opportunity', async () => {
  const { id } = await conn.sobject('Lead').create({ LastName: 'Prospect', Company: 'Prospects Ltd' });
  const converted = await conn.soap.convertLead({ leadId: id, convertedStatus: 'Closed - Converted' });
  assert.equal(converted.success, true);
  assert.match(converted.accountId, /^001/);
  assert.match(converted.contactId, /^003/);
  assert.match(converted.opportunityId, /^006/);
});

step('soap: who, when, and tabs', async () => {
  const info = await conn.soap.getUserInfo();
  assert.equal(info.userName, 'admin@mockorg.example');
  assert.match(info.organizationId, /^00D/);
  const { timestamp } = await conn.soap.getServerTimestamp();
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, String(timestamp));
  const sets = await conn.soap.describeTabs();
  assert.ok(sets.length > 0 && sets[0].tabs.length > 0);
});

step('soap: passwords are set and reset', async () => {
  const { records: [{ Id }] } = await conn.query("SELECT Id FROM User WHERE Username = 'restricted@mockorg.example'");
  await conn.soap.setPassword(Id, 'An0ther-password');
  const other = new jsforce.Connection({ loginUrl: url, version });
  assert.equal((await other.login('restricted@mockorg.example', 'An0ther-password')).id, Id);
  const { password } = await conn.soap.resetPassword(Id);
  assert.equal((await other.login('restricted@mockorg.example', password)).id, Id);
  await assert.rejects(conn.soap.setPassword('005000000000000AAA', 'An0ther-password'));
});

step('soap: faults carry their code', async () => {
  const stale = new jsforce.Connection({ instanceUrl: url, accessToken: '00DMy0000000001!stale', version });
  await assert.rejects(stale.soap.getUserInfo(), /INVALID_SESSION_ID/);
});
