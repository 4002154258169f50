// OAuth 2.0: the web server flow with PKCE, refresh, password, revocation.
'use strict';

const assert = require('node:assert/strict');

const { jsforce, step } = require('../steps.js');
const { password, url, username, version } = require('./known.js');

const redirectUri = 'http://localhost:1717/OauthRedirect';
const app = { loginUrl: url, clientId: 'mockorg', clientSecret: 'mockorg', redirectUri };

/** Opens a page as a browser does: cookies are kept, redirects within the org followed. */
class Browser {
  cookies = new Map();

  async open(target, init = {}) {
    for (let hops = 0; hops < 10; hops += 1) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(target, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }) } });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
        this.cookies.set(name, value);
      }
      const location = answer.headers.get('location');
      if (!location) return { url: target, html: await answer.text(), status: answer.status };
      target = new URL(location, target).href;
      init = {};
      if (!target.startsWith(url)) return { url: target, html: '', status: answer.status };
    }
    throw new Error('too many redirects');
  }

  /** Sends the page's form with what is typed in, and the button that is pressed. */
  async submit(page, typed, button = /./) {
    const [, attributes, content] = /<form([^>]*)>(.*?)<\/form>/s.exec(page.html) ?? assert.fail(`no form at ${page.url}: ${page.html}`);
    const attribute = (text, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1].replaceAll('&amp;', '&').replaceAll('&#x27;', "'");
    const fields = new URLSearchParams();
    for (const [, input] of content.matchAll(/<input([^>]*)>/g)) {
      if (attribute(input, 'name') && attribute(input, 'type') !== 'submit') fields.set(attribute(input, 'name'), attribute(input, 'value') ?? '');
    }
    const buttons = [...content.matchAll(/<(?:button|input)([^>]*type="submit"[^>]*|[^>]*name="[^"]*"[^>]*)>([^<]*)/g)];
    const pressed = buttons.find(([, tag, text]) => attribute(tag, 'name') && attribute(tag, 'value') && button.test(text + attribute(tag, 'value'))
      && !/type="(hidden|text|password|email)"/.test(tag));
    if (pressed) fields.set(attribute(pressed[1], 'name'), attribute(pressed[1], 'value'));
    for (const [name, value] of Object.entries(typed)) fields.set(name, value);
    return this.open(new URL(attribute(attributes, 'action') || page.url, page.url).href, { method: 'POST', body: fields });
  }
}

/** Logs in and consents, whatever pages come; gives the parameters of the redirect. */
async function authorize(target) {
  const browser = new Browser();
  let page = await browser.open(target);
  for (let pages = 0; pages < 4 && page.url.startsWith(url); pages += 1) {
    const typed = /type="password"/.test(page.html)
      ? { [/name="([^"]*user[^"]*|un)"/i.exec(page.html)[1]]: username, [/name="(pw|[^"]*pass[^"]*)"/i.exec(page.html)[1]]: password }
      : {};
    page = await browser.submit(page, typed, /allow/i);
  }
  assert.ok(page.url.startsWith(redirectUri), `${page.status} ${page.url}\n${page.html}`);
  return new URL(page.url).searchParams;
}

step('oauth2: the web server flow with PKCE gives a session that renews itself', async () => {
  const oauth2 = new jsforce.OAuth2({ ...app, useVerifier: true });
  const given = await authorize(oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 'kept' }));
  assert.equal(given.get('state'), 'kept');
  const own = new jsforce.Connection({ oauth2, version });
  const user = await own.authorize(given.get('code'));
  assert.match(user.id, /^005/);
  assert.equal((await own.identity()).username, username);
  assert.ok(own.refreshToken);
  await assert.rejects(oauth2.requestToken(given.get('code')), { name: 'invalid_grant' });
  const renewed = await oauth2.refreshToken(own.refreshToken);
  assert.ok(renewed.access_token);
});

step('oauth2: a wrong verifier, code or client is refused', async () => {
  const oauth2 = new jsforce.OAuth2({ ...app, useVerifier: true });
  const given = await authorize(oauth2.getAuthorizationUrl());
  const thief = new jsforce.OAuth2({ ...app, useVerifier: true });
  await assert.rejects(thief.requestToken(given.get('code')), { name: 'invalid_grant' });
  await assert.rejects(new jsforce.OAuth2(app).requestToken('nothing'), { name: 'invalid_grant' });
  await assert.rejects(new jsforce.OAuth2({ ...app, clientId: 'nobody' }).authenticate(username, password), (error) => (
    ['invalid_client_id', 'invalid_client'].includes(error.name)
  ));
});

step('oauth2: a session is given for a password, renewed and revoked', async () => {
  const oauth2 = new jsforce.OAuth2(app);
  const tokens = await oauth2.authenticate(username, password);
  assert.equal(tokens.instance_url, url);
  assert.ok((await oauth2.refreshToken('mockorg-refresh')).access_token);
  await oauth2.revokeToken(tokens.access_token);
  const own = new jsforce.Connection({ instanceUrl: url, accessToken: tokens.access_token, version });
  await assert.rejects(own.query('SELECT Id FROM Account'), { errorCode: 'INVALID_SESSION_ID' });
  await assert.rejects(oauth2.revokeToken('nothing'), /token/);
});

step('oauth2: a handler renews the session when it has ended', async () => {
  const own = new jsforce.Connection({
    instanceUrl: url, accessToken: 'ended', version,
    refreshFn: async (connection, callback) => {
      const { access_token: token } = await new jsforce.OAuth2(app).authenticate(username, password);
      callback(null, token);
    },
  });
  assert.ok((await own.query('SELECT COUNT() FROM Account')).totalSize >= 3);
  const hopeless = new jsforce.Connection({
    instanceUrl: url, accessToken: 'ended', version, refreshFn: async (_, callback) => callback(new Error('no more')),
  });
  await assert.rejects(hopeless.query('SELECT COUNT() FROM Account'), /no more/);
});
