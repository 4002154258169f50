// Connection: requests of any kind, describes with their caches, events, and record references.
'use strict';

const assert = require('node:assert/strict');

const { jsforce, step } = require('../steps.js');
const { conn, password, url, username, version } = require('./known.js');

step('requests of every verb reach their resource', async () => {
  const base = `/services/data/v${version}/sobjects/Account`;
  const { id } = await conn.requestPost(base, { Name: 'By verb' });
  await conn.requestPatch(`${base}/${id}`, { Site: 'Here' });
  assert.equal((await conn.requestGet(`${base}/${id}?fields=Site`)).Site, 'Here');
  assert.equal((await conn.request({ method: 'GET', url: `${base}/${id}` })).Name, 'By verb');
  await conn.requestDelete(`${base}/${id}`);
  await assert.rejects(conn.requestPut(`${base}/${id}`, {}), { errorCode: 'METHOD_NOT_ALLOWED' });
  await assert.rejects(conn.request(`${base}/${id}`), { errorCode: 'NOT_FOUND' });
});

step('versions and resources are listed', async () => {
  const versions = await conn.request('/services/data');
  assert.ok(versions.some((entry) => entry.version === version));
  assert.equal((await conn.request('/')).sobjects, `/services/data/v${version}/sobjects`);
});

step('describes are cached', async () => {
  await conn.describe$('Account');
  await conn.describeGlobal$();
  assert.equal(conn.describe$$('Account').name, 'Account');
  assert.ok(conn.describeGlobal$$().sobjects.length > 50);
  assert.equal(conn.sobject('Account').describe$$().keyPrefix, '001');
  assert.equal((await conn.sobject('Account').describe$()).name, 'Account');
  await assert.rejects(conn.describe('Nope__c'), { errorCode: 'NOT_FOUND' });
});

step('a session can be followed from login to logout', async () => {
  const own = new jsforce.Connection({ loginUrl: url, version });
  const user = await own.login(username, password);
  assert.equal((await own.identity()).user_id, user.id);
  await own.logout();
  assert.equal(own.accessToken, null);
  const oauth2 = { loginUrl: url, clientId: 'mockorg', clientSecret: 'mockorg' };
  const byToken = new jsforce.Connection({ oauth2, version });
  await byToken.login(username, password);
  await byToken.logout(true);
});

step('a record reference reads and writes its record', async () => {
  const { id } = await conn.sobject('Account').create({ Name: 'Referred to' });
  const record = conn.sobject('Account').record(id);
  assert.equal((await record.retrieve()).Name, 'Referred to');
  assert.equal((await record.update({ Site: 'There' })).success, true);
  assert.equal((await record.destroy()).success, true);
  await assert.rejects(record.retrieve(), { errorCode: 'NOT_FOUND' });
});

step('a binary field is read as a stream of bytes', async () => {
  const { id: ParentId } = await conn.sobject('Account').create({ Name: 'With attachment' });
  const Body = Buffer.from('attached').toString('base64');
  const { id } = await conn.sobject('Attachment').create({ Name: 'note.txt', ParentId, Body });
  const chunks = [];
  for await (const chunk of conn.sobject('Attachment').record(id).blob('Body')) chunks.push(Buffer.from(chunk));
  assert.equal(Buffer.concat(chunks).toString(), 'attached');
});

step('recent, updated and deleted records of an object', async () => {
  const { id } = await conn.sobject('Account').create({ Name: 'Touched' });
  await conn.sobject('Account').retrieve(id);
  assert.ok(Array.isArray(await conn.recent('Account', 5)));
  assert.ok(Array.isArray(await conn.recent()));
  assert.ok(Array.isArray(await conn.sobject('Account').recent()));
  const start = new Date(Date.now() - 600_000);
  const end = new Date(Date.now() + 60_000);
  assert.ok((await conn.updated('Account', start, end)).ids.includes(id));
  await conn.sobject('Account').destroy(id);
  assert.ok((await conn.deleted('Account', start, end)).deletedRecords.some((record) => record.id === id));
  await assert.rejects(conn.updated('Account', end, start), { errorCode: 'INVALID_REPLICATION_DATE' });
});

step('a query is built, streamed, and read by events', async () => {
  const rows = await conn.sobject('Account')
    .select('Id, Name')
    .where({ Name: { $like: '%a%' } })
    .include('Contacts').select('LastName').end()
    .sort('-Name').limit(3).skip(0);
  assert.ok(rows.length > 0 && 'Contacts' in rows[0]);
  const streamed = [];
  await new Promise((resolve, reject) => {
    conn.query('SELECT Id FROM Account').on('record', (record) => streamed.push(record)).on('end', resolve).on('error', reject)
      .run({ autoFetch: true, maxFetch: 100 });
  });
  assert.ok(streamed.length >= 3);
  const one = await conn.sobject('Account').findOne({ Name: 'Aurora Robotics' }, ['Id', 'Owner.Name']);
  assert.equal(one.Owner.Name, 'Avery Admin');
  assert.equal(await conn.sobject('Account').findOne({ Name: 'Nobody' }), null);
});

step('versions of the library can be checked against the org', async () => {
  assert.equal(conn._ensureVersion(42), true);
  assert.equal(conn.isLightningInstance(), false);
  const old = new jsforce.Connection({ instanceUrl: url, accessToken: conn.accessToken, version: '30.0' });
  await assert.rejects(old.query('SELECT Id FROM Account'), { errorCode: 'GONE' });
  const future = new jsforce.Connection({ instanceUrl: url, accessToken: conn.accessToken, version: '99.0' });
  await assert.rejects(future.query('SELECT Id FROM Account'), { errorCode: 'NOT_FOUND' });
});
