// Subscribes to one channel with a published client library, and prints what happens, a JSON value a line:
// {"subscribed":true}, {"refused":"..."}, or {"replayId":1,"uuid":"..."} for each event.
//
// Usage: MOCKORG_URL=... MOCKORG_ACCESS_TOKEN=... node subscriber.js faye|cometd|jsforce|jsforce-node18 <channel> <replay id>
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const [library, channel, replay] = process.argv.slice(2);
const url = process.env.MOCKORG_URL;
const token = process.env.MOCKORG_ACCESS_TOKEN;
const replayId = Number(replay);

// Written at once: a process that is killed must not take with it what it has seen.
const say = (value) => fs.writeSync(1, `${JSON.stringify(value)}\n`);
const refused = (why) => {
  say({ refused: String(why) });
  process.exit(0);
};
const onEvent = (data) => say({ replayId: data.event.replayId, uuid: data.event.EventUuid });

/** Puts the replay id into subscriptions and sees refused handshakes. */
const extension = {
  outgoing(message, callback) {
    if (message.channel === '/meta/subscribe') {
      message.ext = { ...message.ext, replay: { [message.subscription]: replayId } };
    }
    callback(message);
  },
  incoming(message, callback) {
    if (message.channel === '/meta/handshake' && message.advice?.reconnect === 'none') {
      refused(`${message.error} (${message.ext?.sfdc?.failureReason})`);
    }
    callback(message);
  },
};

function subscribeWith(client) {
  client.subscribe(channel, onEvent).then(() => say({ subscribed: true }), (error) => refused(error.message));
}

function withFaye() {
  const { Client } = require('faye');
  const client = new Client(`${url}/cometd/60.0`);
  client.setHeader('Authorization', `OAuth ${token}`);
  client.addExtension(extension);
  subscribeWith(client);
}

function withJsforce() {
  const jsforce = require(library);
  const { StreamingExtension } = require(`${library}/lib/api/streaming`);
  const connection = new jsforce.Connection({ instanceUrl: url, accessToken: token, version: '60.0' });
  const failure = new StreamingExtension.AuthFailure((message) => {
    refused(`${message.error} (${message.ext?.sfdc?.failureReason})`);
  });
  const position = new StreamingExtension.Replay(channel, replayId);
  subscribeWith(connection.streaming.createClient([failure, position]));
}

/** Modules of the newer kind are not looked for in NODE_PATH. */
async function imported(name) {
  const folders = (process.env.NODE_PATH ?? path.join(__dirname, 'node_modules')).split(path.delimiter);
  const folder = folders.map((folder) => path.join(folder, name)).find((folder) => fs.existsSync(folder));
  return import(pathToFileURL(path.join(folder, `${name}.js`)).href);
}

async function withCometd() {
  const { adapt } = await imported('cometd-nodejs-client');
  const { CometD } = await imported('cometd');
  adapt();
  const client = new CometD();
  client.configure({ url: `${url}/cometd/60.0`, requestHeaders: { Authorization: `Bearer ${token}` } });
  client.unregisterTransport('websocket');
  client.handshake((reply) => {
    if (!reply.successful) {
      refused(`${reply.error} (${reply.ext?.sfdc?.failureReason})`);
    }
    const properties = { ext: { replay: { [channel]: replayId } } };
    client.subscribe(channel, (message) => onEvent(message.data), properties, (answer) => {
      if (answer.successful) say({ subscribed: true });
      else refused(answer.error);
    });
  });
}

const start = { faye: withFaye, cometd: withCometd }[library] ?? withJsforce;
Promise.resolve().then(start).catch((error) => {
  console.error(error);
  process.exit(1);
});
