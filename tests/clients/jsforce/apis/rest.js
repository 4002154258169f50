// Tooling, Apex REST, Chatter.
'use strict';

const assert = require('node:assert/strict');

const { step } = require('../steps.js');
const { conn, url } = require('./known.js');

const refusedByName = (error) => error.errorCode === 'MOCKORG_NOT_MODELLED';

step('tooling: the catalog is queried', async () => {
  const { records } = await conn.tooling.query(
    "SELECT QualifiedApiName, DataType FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Shipment__c'",
  );
  assert.ok(records.some((record) => record.QualifiedApiName === 'Pieces__c'));
  const entities = await conn.tooling.query("SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Account'");
  assert.equal(entities.totalSize, 1);
  await assert.rejects(conn.tooling.query('SELECT Nope FROM EntityDefinition'), (error) => Boolean(error.errorCode));
});

step('tooling: objects are listed', async () => {
  const { sobjects } = await conn.tooling.describeGlobal();
  assert.ok(sobjects.some((entry) => entry.name === 'EntityDefinition'));
});

step('tooling: Apex is refused by name', async () => {
  await assert.rejects(conn.tooling.executeAnonymous('System.debug(1);'), refusedByName);
  await assert.rejects(conn.tooling.runTestsAsynchronous({ classids: '01p000000000000AAA' }), (error) => Boolean(error.errorCode));
  await assert.rejects(conn.tooling.runTestsSynchronous({ classids: '01p000000000000AAA' }), (error) => Boolean(error.errorCode));
  await assert.rejects(conn.tooling.completions(), (error) => Boolean(error.errorCode));
});

step('apex: stubs answer every verb', async () => {
  const stub = {
    name: 'orders',
    request: { path: '/services/apexrest/orders/{number}' },
    response: { status: 200, body: { number: '{!path.number}', done: true } },
  };
  const added = await fetch(`${url}/__mockorg/stubs`, {
    method: 'POST', body: JSON.stringify(stub), headers: { 'content-type': 'application/json' },
  });
  assert.equal(added.status, 201, await added.text());
  const answer = { number: '7', done: true };
  assert.deepEqual(await conn.apex.get('/orders/7'), answer);
  assert.deepEqual(await conn.apex.post('/orders/7', { a: 1 }), answer);
  assert.deepEqual(await conn.apex.put('/orders/7', { a: 1 }), answer);
  assert.deepEqual(await conn.apex.patch('/orders/7', { a: 1 }), answer);
  assert.deepEqual(await conn.apex.delete('/orders/7'), answer);
  await assert.rejects(conn.apex.get('/nothing'), { errorCode: 'NOT_FOUND' });
});

step('chatter: users/me, and refusals by name', async () => {
  const me = await conn.chatter.resource('/users/me').retrieve();
  assert.equal(me.username ?? me.userName, 'admin@mockorg.example', JSON.stringify(me));
  assert.match(me.id, /^005/);
  await assert.rejects(async () => conn.chatter.resource('/feeds/news/me/feed-items').retrieve(), (error) => Boolean(error.errorCode));
  await assert.rejects(async () => conn.chatter.resource('/nothing').create({}), (error) => Boolean(error.errorCode));
  await assert.rejects(conn.chatter.batch([conn.chatter.resource('/users/me')]), (error) => Boolean(error.errorCode));
});
