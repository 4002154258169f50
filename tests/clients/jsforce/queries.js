// Runs the queries of jsforce, as published, against a mock org with 10,000 accounts.
//
// Usage: MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… node queries.js jsforce
'use strict';

const assert = require('node:assert/strict');

const { jsforce, required, runSteps, step } = require('./steps.js');

const conn = new jsforce.Connection({
  instanceUrl: required('MOCKORG_URL'),
  accessToken: required('MOCKORG_ACCESS_TOKEN'),
  version: '64.0',
});

step('ten thousand rows are fetched page by page', async () => {
  const soql = "SELECT Id, Name, Owner.Name FROM Account WHERE AccountNumber LIKE 'Q-%' ORDER BY AccountNumber";
  const all = await conn.query(soql, { autoFetch: true, maxFetch: 20_000 });
  assert.deepEqual([all.totalSize, all.done, all.records.length], [10_000, true, 10_000]);
  assert.equal(new Set(all.records.map((record) => record.Id)).size, 10_000);
  assert.equal(all.records[9_999].Name, 'Query 09999');
  assert.equal(all.records[0].Owner.Name, 'Avery Admin');
});

step('rows stream by events', async () => {
  const names = [];
  await new Promise((resolve, reject) => {
    conn
      .query("SELECT Name FROM Account WHERE AccountNumber LIKE 'Q-%'")
      .on('record', (record) => names.push(record.Name))
      .on('end', resolve)
      .on('error', reject)
      .run({ autoFetch: true, maxFetch: 4_500 });
  });
  assert.equal(names.length, 4_500);
});

step('aggregates and groups are rows without addresses', async () => {
  const { records: [total] } = await conn.query(
    "SELECT COUNT(Id), SUM(NumberOfEmployees) staff, MIN(Name) FROM Account WHERE AccountNumber LIKE 'Q-%'",
  );
  assert.deepEqual(
    { ...total },
    { attributes: { type: 'AggregateResult' }, expr0: 10_000, staff: 49_995_000, expr1: 'Query 00000' },
  );
  const { records } = await conn.query(
    "SELECT Industry, COUNT(Id) n FROM Account WHERE AccountNumber LIKE 'Q-%' GROUP BY Industry HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC, Industry",
  );
  assert.deepEqual(records.map((row) => [row.Industry, row.n]), [['Banking', 5_000], ['Energy', 5_000]]);
});

step('children come with their parents, and their pages are followed', async () => {
  const soql = "SELECT Name, (SELECT Name FROM ChildAccounts ORDER BY Name) FROM Account WHERE Name = 'Aurora Robotics'";
  const { records: [account] } = await conn.query(soql, { autoFetch: true, maxFetch: 20_000 });
  assert.equal(account.ChildAccounts.totalSize, 2_500);
  assert.equal(account.ChildAccounts.records.length, 2_500);
  const { records: [alone] } = await conn.query(soql.replace('Aurora Robotics', 'Query 00001'));
  assert.equal(alone.ChildAccounts, null);
});

step('the query builder writes what the org reads', async () => {
  const found = await conn
    .sobject('Account')
    .find({ AccountNumber: { $like: 'Q-0000%' }, NumberOfEmployees: { $gte: 5 } }, ['Id', 'Name'])
    .sort({ Name: -1 })
    .limit(3)
    .execute();
  assert.deepEqual(found.map((record) => record.Name), ['Query 00009', 'Query 00008', 'Query 00007']);
  assert.equal(await conn.sobject('Account').count({ AccountNumber: { $like: 'Q-%' } }), 10_000);
});

step('a query is explained', async () => {
  const { plans } = await conn.query("SELECT Id FROM Account WHERE Name = 'Query 00007'").explain();
  assert.equal(plans[0].leadingOperationType, 'Index');
  assert.equal(plans[0].cardinality, 1);
});

step('a search finds words in names', async () => {
  const { searchRecords } = await conn.search('FIND {Robotics} IN NAME FIELDS RETURNING Account(Id, Name), Contact(Id)');
  const names = searchRecords.filter((record) => record.attributes.type === 'Account').map((record) => record.Name);
  assert.deepEqual(names, ['Aurora Robotics']);
});

step('faults of statements carry code and place', async () => {
  await assert.rejects(conn.query('SELECT Id FROM Account GROUP BY Name'), (error) => {
    assert.equal(error.errorCode, 'MALFORMED_QUERY');
    assert.match(error.message, /ERROR at Row:1:Column:8\nField must be grouped or aggregated: Id$/);
    return true;
  });
  await assert.rejects(conn.search('FIND Robotics'), { errorCode: 'MALFORMED_SEARCH' });
});

runSteps();
