// Layouts, list views, quick actions, tabs, theme, processes.
'use strict';

const assert = require('node:assert/strict');

const { step } = require('../steps.js');
const { conn } = require('./known.js');

const accounts = conn.sobject('Account');

step('layouts', async () => {
  const { layouts, recordTypeMappings } = await accounts.layouts();
  assert.ok(layouts[0].detailLayoutSections.length > 0);
  assert.ok(Array.isArray(recordTypeMappings));
  await assert.rejects(accounts.layouts('Nothing'), (error) => Boolean(error.errorCode));
});

step('compact layouts and approval layouts', async () => {
  const { compactLayouts, recordTypeCompactLayoutMappings } = await accounts.compactLayouts();
  assert.ok(compactLayouts.length > 0);
  assert.ok(recordTypeCompactLayoutMappings.length > 0);
  assert.ok(Array.isArray((await accounts.approvalLayouts()).approvalLayouts));
  await assert.rejects(conn.sobject('Nope__c').compactLayouts(), { errorCode: 'NOT_FOUND' });
});

step('list views with results, description and plan', async () => {
  const { listviews } = await accounts.listviews();
  assert.ok(listviews.length > 0);
  const view = accounts.listview(listviews[0].id);
  const results = await view.results();
  assert.ok(results.size > 0 && results.columns.length > 0);
  assert.match((await view.describe()).query, /^SELECT /);
  const plan = await view.explain().catch((error) => error);
  assert.ok(plan.plans || plan.errorCode === 'MOCKORG_NOT_MODELLED', String(plan));
  await assert.rejects(accounts.listview('00B000000000000AAA').results(), (error) => Boolean(error.errorCode));
});

step('quick actions', async () => {
  assert.ok(Array.isArray(await conn.quickActions()));
  const actions = await accounts.quickActions();
  assert.ok(Array.isArray(actions));
  for (const { name } of actions.slice(0, 1)) {
    assert.ok(await accounts.quickAction(name).describe());
    assert.ok(await accounts.quickAction(name).defaultValues());
  }
  await assert.rejects(accounts.quickAction('Nothing').describe(), (error) => Boolean(error.errorCode));
  await assert.rejects(conn.quickAction('Nothing').execute('001000000000000AAA', {}), (error) => Boolean(error.errorCode));
});

step('tabs and theme', async () => {
  const tabs = await conn.tabs();
  assert.ok(tabs.some((tab) => tab.sobjectName === 'Account'));
  assert.ok((await conn.theme()).themeItems.length > 0);
});

step('process rules and approvals', async () => {
  assert.equal(typeof await conn.process.rule.list(), 'object');
  assert.equal(typeof await conn.process.approval.list(), 'object');
  const { records: [account] } = await conn.query('SELECT Id FROM Account LIMIT 1');
  const triggered = await conn.process.rule.trigger(account.Id).catch((error) => error);
  assert.ok(triggered.success === true || triggered.errorCode === 'MOCKORG_NOT_MODELLED', String(triggered));
  for (const request of [
    conn.process.approval.submit(account.Id, 'please'),
    conn.process.approval.approve('04i000000000000AAA', 'yes'),
    conn.process.approval.reject('04i000000000000AAA', 'no'),
  ]) {
    const [refused] = await conn.process.approval.request([request]).catch((error) => [error]);
    assert.ok(refused.errorCode || refused.success === false, JSON.stringify(refused));
  }
});
