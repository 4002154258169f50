// The connection of most steps, and what they share.
'use strict';

const { setTimeout: pause } = require('node:timers/promises');

const { jsforce, required } = require('../steps.js');

const url = required('MOCKORG_URL');
const version = '64.0';
const username = 'admin@mockorg.example';
const password = 'mockorg';

const conn = new jsforce.Connection({ instanceUrl: url, accessToken: required('MOCKORG_ACCESS_TOKEN'), version });
// Jobs end within a second here; the usual pauses are made for orgs that take minutes.
for (const part of [conn.bulk, conn.bulk2, conn.metadata]) {
  part.pollInterval = 100;
  part.pollTimeout = 20_000;
}

/** New shipments that are told apart by a word. */
const shipments = (word, count) => Array.from({ length: count }, (_, at) => ({ External_Id__c: `${word}-${at}`, Pieces__c: at }));

/** What became of them, in the order of their external ids. */
async function stored(word) {
  const { records } = await conn.query(
    `SELECT Id, External_Id__c, Pieces__c FROM Shipment__c WHERE External_Id__c LIKE '${word}-%' ORDER BY External_Id__c`,
  );
  return records;
}

/** Gives the administrator the permission that hard deletes need and that nobody has at first. */
async function allowHardDeletes() {
  const { id } = await conn.sobject('PermissionSet').create({ Name: 'HardDelete', Label: 'Hard Delete', PermissionsBulkApiHardDelete: true });
  const { user_id: AssigneeId } = await conn.identity();
  await conn.sobject('PermissionSetAssignment').create({ PermissionSetId: id, AssigneeId });
}

/** Asks until the answer is good. */
async function until(ask, good) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await ask();
    if (good(answer)) return answer;
    await pause(50);
  }
  throw new Error('it did not come about within ten seconds');
}

module.exports = { allowHardDeletes, conn, password, shipments, stored, until, url, username, version };
