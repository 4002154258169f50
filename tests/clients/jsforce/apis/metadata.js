// The Metadata API: objects and fields made at run time, packages deployed and retrieved.
'use strict';

const assert = require('node:assert/strict');
const zlib = require('node:zlib');

const { step } = require('../steps.js');
const { conn, version } = require('./known.js');

const object = (fullName, label = 'Carton') => ({
  fullName, label, pluralLabel: `${label}s`, deploymentStatus: 'Deployed', sharingModel: 'ReadWrite',
  nameField: { type: 'AutoNumber', label: 'Number', displayFormat: 'C-{0000}' },
});
const xml = (body) => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
const packageXml = (name) => xml(`<Package xmlns="http://soap.sforce.com/2006/04/metadata">
  <types><members>${name}</members><name>CustomObject</name></types><version>${version}</version></Package>`);
const objectXml = (type) => xml(`<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><deploymentStatus>Deployed</deploymentStatus>
  <label>Tin</label><pluralLabel>Tins</pluralLabel><nameField><label>Name</label><type>Text</type></nameField>
  <sharingModel>ReadWrite</sharingModel>
  <fields><fullName>Content__c</fullName><label>Content</label><length>80</length><type>${type}</type></fields></CustomObject>`);
const tin = (type, name = 'Tin__c') => zip({ 'package.xml': packageXml(name), [`objects/${name}.object`]: objectXml(type) });

/** A ZIP archive of texts, stored without compression. */
function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(zlib.crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), facts, path, data);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), facts, place, path);
    offset += 30 + path.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\x05\x06'), end]);
}

step('metadata: describe and list', async () => {
  const described = await conn.metadata.describe();
  assert.ok(described.metadataObjects.some((entry) => entry.xmlName === 'CustomObject'));
  const listed = await conn.metadata.list([{ type: 'CustomObject' }], version);
  assert.ok(listed.some((entry) => entry.fullName === 'Shipment__c'));
});

step('metadata: an object and a field are created and used', async () => {
  const created = await conn.metadata.create('CustomObject', [object('Carton__c')]);
  assert.deepEqual(created.map((result) => result.success), [true], JSON.stringify(created));
  const field = await conn.metadata.create('CustomField', {
    fullName: 'Carton__c.Volume__c', label: 'Volume', type: 'Number', precision: 8, scale: 2,
  });
  assert.equal(field.success, true, JSON.stringify(field));
  const { fields } = await conn.describe('Carton__c');
  assert.ok(fields.some((entry) => entry.name === 'Volume__c'));
  const twice = await conn.metadata.create('CustomObject', object('Carton__c'));
  assert.equal(twice.success, false);
  assert.equal([twice.errors].flat()[0].statusCode, 'DUPLICATE_DEVELOPER_NAME');
});

step('metadata: read, update, upsert, delete', async () => {
  assert.equal((await conn.metadata.read('CustomObject', 'Carton__c')).label, 'Carton');
  assert.equal((await conn.metadata.read('CustomObject', ['Carton__c', 'Shipment__c'])).length, 2);
  const [updated] = await conn.metadata.update('CustomObject', [object('Carton__c', 'Big Carton')]);
  assert.equal(updated.success, true);
  assert.equal((await conn.describe('Carton__c')).label, 'Big Carton');
  const upserted = await conn.metadata.upsert('CustomObject', [object('Carton__c'), object('Jar__c', 'Jar')]);
  assert.deepEqual(upserted.map((result) => [result.success, result.created]), [[true, false], [true, true]]);
  const deleted = await conn.metadata.delete('CustomObject', ['Carton__c', 'Jar__c']);
  assert.deepEqual(deleted.map((result) => result.success), [true, true]);
  await assert.rejects(conn.describe('Carton__c'), { errorCode: 'NOT_FOUND' });
});

step('metadata: a package is deployed over SOAP and checked', async () => {
  const result = await conn.metadata.deploy(tin('Text'), { singlePackage: true, rollbackOnError: true }).complete(true);
  assert.deepEqual([result.status, result.success], ['Succeeded', true], JSON.stringify(result));
  await conn.sobject('Tin__c').create({ Name: 'A tin' });
  const again = await conn.metadata.checkDeployStatus(result.id, true);
  assert.equal(again.done, true);
});

step('metadata: renaming and deploying what was validated are refused by name', async () => {
  await assert.rejects(conn.metadata.rename('CustomObject', 'Tin__c', 'Can__c'), /does not model .* renameMetadata/);
  await assert.rejects(conn.metadata.deployRecentValidation({ id: '0Af000000000000AAA' }), /does not model .* deployRecentValidation/);
});

step('metadata: a package is deployed over REST', async () => {
  const options = { singlePackage: true, rollbackOnError: true };
  const result = await conn.metadata.deployRest(tin('Text', 'RestTin__c'), options).complete(true);
  assert.equal(result.status, 'Succeeded', JSON.stringify(result));
  const checked = await conn.metadata.checkDeployStatus(result.id, true, true);
  assert.equal(checked.status, 'Succeeded');
});

step('metadata: a package that is wrong fails with the component that is', async () => {
  const options = { singlePackage: true, rollbackOnError: true };
  const result = await conn.metadata.deploy(tin('Nonsense', 'WrongTin__c'), options).complete(true);
  assert.equal(result.status, 'Failed');
  const [failure] = [result.details.componentFailures].flat();
  assert.match(failure.fullName, /WrongTin__c/);
  assert.ok(failure.problem);
});

step('metadata: a package that is only validated changes nothing', async () => {
  const validated = await conn.metadata.deploy(tin('Text', 'LateTin__c'), { singlePackage: true, checkOnly: true }).complete(true);
  assert.equal(validated.status, 'Succeeded');
  await assert.rejects(conn.describe('LateTin__c'), { errorCode: 'NOT_FOUND' });
});

step('metadata: what was deployed is retrieved', async () => {
  const request = { apiVersion: version, singlePackage: true, unpackaged: { types: [{ members: ['Tin__c'], name: 'CustomObject' }], version } };
  const result = await conn.metadata.retrieve(request).complete();
  assert.equal(result.status, 'Succeeded', JSON.stringify(result));
  assert.match(Buffer.from(result.zipFile, 'base64').toString('latin1'), /^PK/);
  assert.ok([result.fileProperties].flat().some((entry) => entry.fullName === 'Tin__c'));
});

step('metadata: a deployment that is over or unknown cannot be cancelled', async () => {
  await assert.rejects(conn.metadata.cancelDeploy('0Af000000000000AAA'));
  await assert.rejects(conn.metadata.checkDeployStatus('0Af000000000000AAA'));
});
