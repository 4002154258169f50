// Runs jsforce, as published, against a mock org and asserts what it answers.
//
// Usage: MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… node check.js jsforce
// The argument names the installed package: jsforce (Node 22 or later) or jsforce-node18.
// NODE_PATH must name the folder in which the packages are installed when it is not this one.
'use strict';

const assert = require('node:assert/strict');
const { setTimeout: pause } = require('node:timers/promises');

const { jsforce, required, runSteps, step } = require('./steps.js');

const url = required('MOCKORG_URL');
const token = required('MOCKORG_ACCESS_TOKEN');
const username = 'admin@mockorg.example';
const password = 'mockorg';
const oauth2 = { loginUrl: url, clientId: 'mockorg', clientSecret: 'mockorg' };
const version = '64.0';

/** The connection of most steps. */
const conn = new jsforce.Connection({ instanceUrl: url, accessToken: token, version });
/** What steps leave for later ones. */
const known = {};

step('SOAP login gives a session', async () => {
  const soap = new jsforce.Connection({ loginUrl: url, version });
  const user = await soap.login(username, password);
  assert.equal(soap.instanceUrl, url);
  assert.match(user.id, /^005\w{15}$/);
  assert.match(user.organizationId, /^00D\w{15}$/);
  const found = await soap.query(`SELECT Username FROM User WHERE Id = '${user.id}'`);
  assert.equal(found.records[0].Username, username);
  known.user = user;
  await soap.logout();
});

step('SOAP login with a wrong password is INVALID_LOGIN', async () => {
  const soap = new jsforce.Connection({ loginUrl: url, version });
  await assert.rejects(soap.login(username, 'wrong'), /INVALID_LOGIN: Invalid username, password, security token/);
});

step('OAuth username-password login gives a session', async () => {
  const oauth = new jsforce.Connection({ oauth2, version });
  const user = await oauth.login(username, password);
  assert.equal(user.id, known.user.id);
  assert.equal(user.organizationId, known.user.organizationId);
  assert.equal(oauth.instanceUrl, url);
  const identity = await oauth.identity();
  assert.equal(identity.username, username);
  assert.equal(identity.user_id, user.id);
});

step('OAuth login with a wrong password is invalid_grant', async () => {
  const oauth = new jsforce.Connection({ oauth2, version });
  await assert.rejects(oauth.login(username, 'wrong'), (error) => {
    assert.equal(error.name, 'invalid_grant');
    assert.equal(error.message, 'authentication failure');
    return true;
  });
});

step('client credentials flow gives a session', async () => {
  const client = new jsforce.Connection({ instanceUrl: url, oauth2, version });
  await client.authorize({ grant_type: 'client_credentials' });
  assert.equal((await client.identity()).username, username);
});

step('an access token alone is enough for identity', async () => {
  const identity = await conn.identity();
  assert.equal(identity.username, username);
  assert.equal(identity.organization_id, known.user.organizationId);
});

step('an ended session is INVALID_SESSION_ID', async () => {
  const ended = new jsforce.Connection({ loginUrl: url, version });
  await ended.login(username, password);
  const stale = new jsforce.Connection({ instanceUrl: url, accessToken: ended.accessToken, version });
  await ended.logout();
  await assert.rejects(stale.query('SELECT Id FROM Account'), { errorCode: 'INVALID_SESSION_ID' });
});

step('a refresh token renews an expired session', async () => {
  const expired = new jsforce.Connection({
    instanceUrl: url, accessToken: 'expired', refreshToken: 'mockorg-refresh', oauth2, version,
  });
  const tokens = [];
  expired.on('refresh', (accessToken) => tokens.push(accessToken));
  const found = await expired.query('SELECT COUNT() FROM Account');
  assert.ok(found.totalSize >= 3);
  assert.equal(tokens.length, 1);
  assert.equal(expired.accessToken, tokens[0]);
});

step('create answers an id, retrieve the record', async () => {
  const saved = await conn.sobject('Account').create({ Name: 'Jsforce & Söhne', BillingCity: 'Köln', AnnualRevenue: 12.5 });
  assert.deepEqual({ success: saved.success, errors: saved.errors }, { success: true, errors: [] });
  assert.match(saved.id, /^001\w{15}$/);
  known.account = saved.id;
  const account = await conn.sobject('Account').retrieve(saved.id);
  assert.equal(account.attributes.type, 'Account');
  assert.equal(account.Name, 'Jsforce & Söhne');
  assert.equal(account.BillingAddress.city, 'Köln');
  assert.equal(account.AnnualRevenue, 12.5);
  assert.equal(account.OwnerId, known.user.id);
});

step('update changes the record', async () => {
  const saved = await conn.sobject('Account').update({ Id: known.account, Name: 'Renamed', Phone: '555-0100' });
  assert.equal(saved.success, true);
  const account = await conn.sobject('Account').retrieve(known.account, { fields: ['Name', 'Phone'] });
  assert.deepEqual([account.Name, account.Phone], ['Renamed', '555-0100']);
});

step('upsert creates, then changes, by external id', async () => {
  const shipments = conn.sobject('Shipment__c');
  const created = await shipments.upsert({ External_Id__c: 'A-1', Pieces__c: 3 }, 'External_Id__c');
  assert.equal(created.success, true);
  assert.equal(created.created, true);
  const changed = await shipments.upsert({ External_Id__c: 'A-1', Pieces__c: 4 }, 'External_Id__c');
  assert.equal(changed.created, false);
  assert.equal(changed.id, created.id);
  assert.equal((await shipments.retrieve(created.id)).Pieces__c, 4);
});

step('find builds queries with conditions, order and limit', async () => {
  const found = await conn.sobject('Contact')
    .find({ 'Account.Name': { $like: 'Blue Harbor%' }, LastName: { $ne: null } }, 'Id, LastName, Account.Name')
    .sort({ LastName: 1 })
    .limit(5);
  assert.deepEqual(found.map((contact) => contact.LastName), ['Becker', 'Raman']);
  assert.equal(found[0].Account.Name, 'Blue Harbor Logistics');
});

step('query pages are fetched to the end', async () => {
  const shipments = conn.sobject('Shipment__c');
  const numbers = Array.from({ length: 449 }, (_, at) => at);
  while (numbers.length > 0) {
    const batch = numbers.splice(0, 25).map((at) => shipments.create({ External_Id__c: `P-${at}`, Pieces__c: at }));
    for (const saved of await Promise.all(batch)) {
      assert.equal(saved.success, true);
    }
  }
  const options = { headers: { 'Sforce-Query-Options': 'batchSize=200' } };
  const soql = 'SELECT Id, External_Id__c FROM Shipment__c ORDER BY External_Id__c';
  const first = await conn.query(soql, options);
  assert.deepEqual([first.totalSize, first.done, first.records.length], [450, false, 200]);
  assert.match(first.nextRecordsUrl, /\/services\/data\/v64\.0\/query\/\S+$/);
  const second = await conn.queryMore(first.nextRecordsUrl, options);
  assert.equal(second.records.length, 200);
  const third = await conn.queryMore(second.nextRecordsUrl, options);
  assert.deepEqual([third.done, third.records.length], [true, 50]);
  const all = await conn.query(soql, { ...options, autoFetch: true, maxFetch: 1000 });
  assert.equal(new Set(all.records.map((record) => record.Id)).size, 450);
});

step('describe names fields, describeGlobal objects', async () => {
  const asset = await conn.sobject('Asset').describe();
  assert.equal(asset.keyPrefix, '02i');
  const term = asset.fields.find((field) => field.name === 'RenewalTermUnit');
  assert.deepEqual([term.type, term.updateable, term.restrictedPicklist], ['picklist', true, true]);
  assert.ok(term.picklistValues.some((value) => value.value === 'Months' && value.active));
  const global = await conn.describeGlobal();
  const names = global.sobjects.map((sobject) => sobject.name);
  assert.ok(['Account', 'Asset', 'Order', 'Shipment__c'].every((name) => names.includes(name)));
});

step('a renewal runs to its end', async () => {
  const { records: [asset] } = await conn.query(
    "SELECT Id, LifecycleEndDate, CurrentQuantity FROM Asset WHERE Account.Name = 'Aurora Robotics' AND Product2.Name = 'Team License'",
  );
  assert.equal(asset.CurrentQuantity, 10);
  const answer = await conn.requestPost(
    `/services/data/v${version}/asset-management/assets/collection/actions/initiate-renewal`,
    { assetIds: { assetIdArray: [asset.Id] } },
  );
  assert.equal(answer.success, true);
  assert.deepEqual(answer.errors, []);
  assert.match(answer.requestIdentifier, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const operation = await finished(() => conn.requestGet(answer.statusURL), 'Status');
  assert.equal(operation.Status, 'Completed');
  assert.equal(operation.JobType, 'PearRenewAssets');
  const { records: [action] } = await conn.query(
    `SELECT Type, QuantityChange FROM AssetAction WHERE AssetId = '${asset.Id}' AND CategoryEnum = 'Renewals'`,
  );
  assert.deepEqual([action.Type, action.QuantityChange], ['Change', 0]);
  const renewed = await conn.sobject('Asset').retrieve(asset.Id);
  assert.ok(Date.parse(renewed.LifecycleEndDate) > Date.parse(asset.LifecycleEndDate));
});

step('a renewal without a renewal term fails in the background', async () => {
  const { records: [asset] } = await conn.query(
    "SELECT Id FROM Asset WHERE Account.Name = 'Cedar & Pine Studio' AND Product2.Name = 'Team License'",
  );
  const answer = await conn.requestPost(
    `/services/data/v${version}/asset-management/assets/collection/actions/initiate-renewal`,
    { assetIds: { assetIdArray: [asset.Id] } },
  );
  assert.equal(answer.success, true);
  const operation = await finished(() => conn.requestGet(answer.statusURL), 'Status');
  assert.equal(operation.Status, 'Failure');
  const { records: [log] } = await conn.query(
    `SELECT ErrorCode, Category FROM RevenueTransactionErrorLog WHERE RequestIdentifier = '${answer.requestIdentifier}'`,
  );
  assert.deepEqual([log.ErrorCode, log.Category], ['REQUIRED_FIELD_MISSING', 'InitiateRenewal']);
});

step('a renewal of something that is no asset is refused', async () => {
  const path = `/services/data/v${version}/asset-management/assets/collection/actions/initiate-renewal`;
  await assert.rejects(conn.requestPost(path, { assetIds: { assetIdArray: [known.account] } }), (error) => {
    // jsforce looks for a code at the top only; the answer's own list is in the text that it keeps.
    assert.equal(error.errorCode, 'ERROR_HTTP_400');
    const answer = JSON.parse(error.message);
    assert.equal(answer.success, false);
    assert.deepEqual(answer.errors, [{ errorCode: 'ILLEGAL_QUERY_PARAMETER_VALUE', message: null }]);
    return true;
  });
});

step('a user without Create on Asset and without the renewal permission is refused', async () => {
  const restricted = new jsforce.Connection({ oauth2, version });
  await restricted.login('restricted@mockorg.example', password);
  await assert.rejects(restricted.sobject('Asset').create({ Name: 'Mine', AccountId: known.account }), {
    errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
  });
  const { records: [asset] } = await restricted.query("SELECT Id FROM Asset WHERE Name = 'Premier Support'");
  const renewal = restricted.requestPost(
    `/services/data/v${version}/asset-management/assets/collection/actions/initiate-renewal`,
    { assetIds: { assetIdArray: [asset.Id] } },
  );
  await assert.rejects(renewal, { errorCode: 'INSUFFICIENT_ACCESS' });
  const { records: [order] } = await restricted.query("SELECT Id FROM Order WHERE Name = 'Cedar & Pine - Second Team'");
  const [outcome] = await restricted.requestPost(
    `/services/data/v${version}/actions/standard/createOrUpdateAssetFromOrder`,
    { inputs: [{ orderId: order.Id }] },
  );
  // The request is accepted; that nothing came of it is known only afterwards.
  assert.equal(outcome.isSuccess, true);
  const errors = await finished(async () => {
    const { records } = await restricted.query(
      `SELECT ErrorCode, ErrorMessage FROM RevenueTransactionErrorLog WHERE RequestIdentifier = '${outcome.outputValues.requestId}'`,
    );
    return { Status: records.length === 2 ? 'Completed' : 'InProgress', records };
  }, 'Status');
  assert.deepEqual(errors.records.map((error) => error.ErrorCode), ['INSUFFICIENT_ACCESS', 'INSUFFICIENT_ACCESS']);
});

step('a standard action turns an order into assets', async () => {
  const { records: lines } = await conn.query(
    "SELECT Id, OrderId, Order.Status FROM OrderItem WHERE Order.Name = 'Cedar & Pine - Second Team'",
  );
  assert.deepEqual(lines.map((line) => line.Order.Status), ['Activated', 'Activated']);
  const [outcome] = await conn.requestPost(
    `/services/data/v${version}/actions/standard/createOrUpdateAssetFromOrder`,
    { inputs: [{ orderId: lines[0].OrderId }] },
  );
  assert.equal(outcome.isSuccess, true);
  assert.ok(outcome.outputValues.requestId);
  const ids = lines.map((line) => `'${line.Id}'`).join(',');
  const sources = await finished(async () => {
    const { totalSize } = await conn.query(
      `SELECT AssetAction.AssetId FROM AssetActionSource WHERE ReferenceEntityItemId IN (${ids})`,
    );
    return { Status: totalSize === 2 ? 'Completed' : 'InProgress' };
  }, 'Status');
  assert.equal(sources.Status, 'Completed');
});

step('errors carry the platform\'s codes', async () => {
  await assert.rejects(conn.query('SELECT Nope FROM Account'), (error) => {
    assert.equal(error.errorCode, 'INVALID_FIELD');
    assert.match(error.message, /No such column 'Nope' on entity 'Account'/);
    return true;
  });
  await assert.rejects(conn.query('SELECT Id FORM Account'), { errorCode: 'MALFORMED_QUERY' });
  await assert.rejects(conn.sobject('Account').create({}), { errorCode: 'REQUIRED_FIELD_MISSING' });
  await assert.rejects(conn.sobject('Account').retrieve('001000000000000AAA'), { errorCode: 'NOT_FOUND' });
});

step('delete and getDeleted, getUpdated', async () => {
  const accounts = conn.sobject('Account');
  const kept = await accounts.create({ Name: 'Kept' });
  const gone = await accounts.destroy(known.account);
  assert.equal(gone.success, true);
  await assert.rejects(accounts.retrieve(known.account), { errorCode: 'NOT_FOUND' });
  const start = new Date(Date.now() - 10 * 60_000);
  const end = new Date(Date.now() + 2 * 60_000);
  const deleted = await accounts.deleted(start, end);
  assert.deepEqual(deleted.deletedRecords.map((record) => record.id), [known.account]);
  const updated = await accounts.updated(start, end);
  assert.ok(updated.ids.includes(kept.id));
  assert.ok(!updated.ids.includes(known.account));
  const { records } = await conn.query(`SELECT IsDeleted FROM Account WHERE Id = '${known.account}'`, { scanAll: true });
  assert.deepEqual(records.map((record) => record.IsDeleted), [true]);
});

step('limits count the requests', async () => {
  const { DailyApiRequests: requests } = await conn.limits();
  assert.ok(requests.Max > requests.Remaining);
  assert.ok(requests.Max - requests.Remaining >= conn.limitInfo.apiUsage.used - 5);
  assert.equal(requests.Max, conn.limitInfo.apiUsage.limit);
});

/** Asks until the state is one in which a job ends. */
async function finished(ask, member) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const state = await ask();
    if (['Completed', 'CompletedWithFailures', 'Failure'].includes(state[member])) {
      return state;
    }
    await pause(50);
  }
  throw new Error('the job did not end within ten seconds');
}

runSteps();
