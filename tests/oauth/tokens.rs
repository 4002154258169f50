//! What apps and devices get, for how long, and whose signature is believed.

use std::{fs, path::Path, time::Duration};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use mockorg::{ADMIN, MockOrg, RESTRICTED};
use ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents},
};
use serde_json::{Value as Json, json};

use crate::{
    browser::{AUTHORIZE, BACK, Browser, CHALLENGE, STATE, WEB, block_on, text, web_exchange, with},
    support::validated::Validating as _,
};

const STARTER: &str = include_str!("../../fixtures/orgs/starter.json");

#[test]
fn rotated_refresh_tokens_work_once_and_end_the_session_before() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        let asked = [("response_type", "code"), ("client_id", "mockorg-public"), ("redirect_uri", BACK)];
        let refused = browser.get(AUTHORIZE, &asked).await;
        assert_eq!(
            refused.sent('?', "error_description").as_deref(),
            Some("missing required code challenge")
        );
        let code = browser
            .code(&with(&asked, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]))
            .await;
        let shown = web_exchange(&code);
        let shown: Vec<_> = shown.into_iter().filter(|(name, _)| *name != "client_secret").collect();
        let first = browser.token(&with(&shown, &[("client_id", "mockorg-public")])).await.json();
        let refresh = |token: String| {
            let browser = &browser;
            async move {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("client_id", "mockorg-public"),
                    ("refresh_token", &*token),
                ];
                browser.token(&form).await
            }
        };
        let second = refresh(text(&first, "refresh_token")).await.json();
        assert_eq!(browser.api(&text(&first, "access_token")).await, 401);
        assert_eq!(browser.api(&text(&second, "access_token")).await, 200);
        let again = refresh(text(&first, "refresh_token")).await.refusal();
        assert_eq!(again, (400, "invalid_grant".to_owned(), "expired access/refresh token".to_owned()));
        assert_eq!(refresh(text(&second, "refresh_token")).await.status, 200);
    });
}

#[test]
fn the_user_agent_flow_puts_the_token_behind_the_hash_and_nowhere_else() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        let asked =
            [("response_type", "token"), ("client_id", "mockorg"), ("redirect_uri", BACK), ("state", STATE)];
        let page = browser.get(AUTHORIZE, &asked).await;
        let location = page.location.as_deref().unwrap();
        assert!(
            location.starts_with(&format!("{BACK}#access_token=")) && !location.contains('?'),
            "{location}"
        );
        assert_eq!(page.sent('#', "state").as_deref(), Some(STATE));
        assert_eq!(page.sent('#', "refresh_token"), None, "a web server's page keeps no secret");
        assert_eq!(browser.api(&page.sent('#', "access_token").unwrap()).await, 200);
    });
}

#[test]
fn a_device_waits_is_told_and_gets_its_token_once() {
    block_on(async {
        // Not validated: the journal masks the codes of users, and a masked one is none.
        let org = MockOrg::start().await;
        let browser = Browser::logged_in(&org).await;
        let start = || async {
            let form = [("response_type", "device_code"), ("client_id", "mockorg"), ("scope", "api")];
            let codes = browser.token(&form).await.json();
            (text(&codes, "device_code"), text(&codes, "user_code"))
        };
        let poll = |device: String| {
            let browser = &browser;
            async move {
                browser.token(&[("grant_type", "device"), ("client_id", "mockorg"), ("code", &device)]).await
            }
        };
        let (device, user) = start().await;
        assert_eq!(poll(device.clone()).await.refusal().1, "authorization_pending");
        assert_eq!(poll(device.clone()).await.refusal().1, "slow_down");
        org.advance(Duration::from_secs(5)).await;
        assert_eq!(poll(device.clone()).await.refusal().1, "authorization_pending");
        let page = browser.post("/setup/connect", &[("user_code", &user)]).await;
        let page = browser.decide("/setup/connect", &page, "allow").await;
        assert!(page.text.contains("Device Connected"), "{}", page.text);
        let granted = poll(device.clone()).await.json();
        assert_eq!(browser.api(&text(&granted, "access_token")).await, 200);
        assert_eq!(poll(device).await.refusal().1, "invalid_grant", "once");

        let (device, user) = start().await;
        let page = browser.post("/setup/connect", &[("user_code", &user.to_lowercase())]).await;
        browser.decide("/setup/connect", &page, "deny").await;
        assert_eq!(poll(device).await.refusal().1, "access_denied");

        let (device, user) = start().await;
        org.advance(Duration::from_secs(600)).await;
        assert_eq!(poll(device).await.refusal().1, "invalid_grant");
        let page = browser.post("/setup/connect", &[("user_code", &user)]).await;
        assert!(page.text.contains("invalid or has expired"), "{}", page.text);
    });
}

#[test]
fn id_tokens_verify_with_the_keys_that_discovery_names() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        let code = browser.code(WEB).await;
        let granted = browser.token(&web_exchange(&code)).await.json();
        let id_token = text(&granted, "id_token");
        let (signed, signature) = id_token.rsplit_once('.').unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let json = |text: &str| serde_json::from_slice::<Json>(&decode(text)).unwrap();
        let (head, claims) = signed.split_once('.').unwrap();
        let (head, claims) = (json(head), json(claims));

        let discovery = browser.get("/.well-known/openid-configuration", &[]).await.json();
        let keys = text(&discovery, "jwks_uri");
        let keys = browser.get(keys.strip_prefix(org.url()).unwrap(), &[]).await.json();
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]).unwrap();
        let public = RsaPublicKeyComponents { n: decode(&text(key, "n")), e: decode(&text(key, "e")) };
        let verify =
            |text: &str| public.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &decode(signature));
        assert!(verify(signed).is_ok());
        assert!(verify(&format!("{signed}x")).is_err());

        let now = org.now().millis() / 1000;
        assert_eq!(claims["iss"], discovery["issuer"]);
        assert_eq!(claims["iss"], org.url());
        assert_eq!(claims["sub"], granted["id"]);
        assert_eq!(
            (&claims["aud"], &claims["nonce"], &claims["iat"], &claims["exp"]),
            (&json!("mockorg-web"), &json!("n0nce"), &json!(now), &json!(now + 120))
        );
    });
}

#[test]
fn apps_learn_about_their_own_tokens_until_these_are_revoked() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        let code = browser.code(WEB).await;
        let granted = browser.token(&web_exchange(&code)).await.json();
        let (access, refresh) = (text(&granted, "access_token"), text(&granted, "refresh_token"));
        let active = |client: &'static str, token: String| {
            let browser = &browser;
            async move {
                let form = [("client_id", client), ("client_secret", client), ("token", &*token)];
                browser.post("/services/oauth2/introspect", &form).await.json()
            }
        };
        let own = active("mockorg-web", access.clone()).await;
        assert_eq!((&own["active"], &own["username"]), (&json!(true), &json!(ADMIN.username)));
        assert_eq!(active("mockorg", access.clone()).await, json!({ "active": false }));
        assert_eq!(browser.post("/services/oauth2/revoke", &[("token", &refresh)]).await.status, 200);
        for token in [&access, &refresh] {
            assert_eq!(active("mockorg-web", token.clone()).await, json!({ "active": false }));
        }
        assert_eq!(browser.api(&access).await, 401);
        let again = browser.post("/services/oauth2/revoke", &[("token", &refresh)]).await;
        assert_eq!(again.refusal().1, "invalid_token");
    });
}

/// A key of the test, not that of the org.
fn test_key() -> KeyPair {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/contract/tests/keys/pkcs8.pem");
    let pem = fs::read_to_string(path).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    KeyPair::from_pkcs8(&STANDARD.decode(base64).unwrap()).unwrap()
}

#[test]
fn an_app_with_a_certificate_is_believed_by_its_signature_only() {
    block_on(async {
        let key = test_key();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(key.public())
        );
        let mut file: Json = serde_json::from_str(STARTER).unwrap();
        let steps = file["steps"].as_array_mut().unwrap();
        let app = steps.iter_mut().find(|step| step["connectedApp"]["clientId"] == "mockorg").unwrap();
        app["connectedApp"]["certificate"] = json!(pem);
        let org = MockOrg::builder().org_json(file.to_string()).validated();
        let browser = Browser::new(&org);

        let claims = |subject: &str| {
            let expires = org.now().millis() / 1000 + 60;
            json!({ "iss": "mockorg", "sub": subject, "aud": "https://login.salesforce.com", "exp": expires })
        };
        let signed = |head: &Json, claims: &Json| {
            let text = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
            (text, URL_SAFE_NO_PAD.encode(signature))
        };
        let ask = |assertion: String| {
            let browser = &browser;
            async move {
                let grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                browser.token(&[("grant_type", grant_type), ("assertion", &assertion)]).await
            }
        };
        let (text, signature) = signed(&json!({ "alg": "RS256" }), &claims(ADMIN.username));
        let granted = ask(format!("{text}.{signature}")).await.json();
        assert_eq!(browser.api(&self::text(&granted, "access_token")).await, 200);

        let (other, _) = signed(&json!({ "alg": "RS256" }), &claims(RESTRICTED.username));
        let (none, of_none) = signed(&json!({ "alg": "none" }), &claims(ADMIN.username));
        for forged in [
            format!("{other}.{signature}"),
            format!("{text}.{}", URL_SAFE_NO_PAD.encode([0; 256])),
            format!("{text}.{}", URL_SAFE_NO_PAD.encode("short")),
            format!("{text}."),
            text.clone(),
            format!("{none}.{of_none}"),
            format!("{none}."),
        ] {
            let refusal = ask(forged.clone()).await.refusal();
            assert_eq!(
                refusal,
                (400, "invalid_grant".to_owned(), "invalid assertion".to_owned()),
                "{forged}"
            );
        }
    });
}
