//! What users see, where they are sent, and what an attacker tries with both.

use std::time::Duration;

use mockorg::MockOrg;

use crate::{
    browser::{AUTHORIZE, BACK, Browser, STATE, WEB, block_on, text, web_exchange, with},
    support::validated::Validating as _,
};

#[test]
fn an_app_gets_its_token_by_login_consent_and_code() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let mut browser = Browser::new(&org);
        let page = browser.get(AUTHORIZE, WEB).await;
        let login = page.location.unwrap();
        assert!(login.starts_with("/login?"), "{login}");
        let page = browser.get(&login, &[]).await;
        assert_eq!((page.status, page.cookie.as_deref()), (200, None));
        let hidden = page.hidden();
        let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
        let page = browser.log_in(&hidden).await;
        let cookie = page.cookie.unwrap();
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "no Secure without TLS: {cookie}");

        let page = browser.get(&page.location.unwrap(), &[]).await;
        assert!(page.text.contains("Mockorg Web is asking to act for"), "{}", page.text);
        let page = browser.decide(AUTHORIZE, &page, "allow").await;
        assert!(page.location.as_deref().unwrap().starts_with(&format!("{BACK}?")));
        assert_eq!(page.sent('?', "state").as_deref(), Some(STATE));
        let code = page.sent('?', "code").unwrap();

        let shown = web_exchange(&code);
        let words = |error: &str, text: &str| (400, error.to_owned(), text.to_owned());
        for (others, refusal) in [
            (
                &[("client_id", "mockorg"), ("client_secret", "mockorg")][..],
                words("invalid_grant", "invalid authorization code"),
            ),
            (&[("client_secret", "wrong")], words("invalid_client", "invalid client credentials")),
            (&[("code_verifier", "wrong")], words("invalid_grant", "invalid code verifier")),
            (&[("code_verifier", "")], words("invalid_grant", "invalid code verifier")),
            (
                &[("redirect_uri", "http://localhost:8080/callback")],
                words("redirect_uri_mismatch", "redirect_uri must match configuration"),
            ),
        ] {
            assert_eq!(browser.token(&with(&shown, others)).await.refusal(), refusal, "{others:?}");
        }
        let granted = browser.token(&shown).await.json();
        assert_eq!(granted["scope"], "api openid refresh_token", "{granted}");
        assert_eq!(browser.api(&text(&granted, "access_token")).await, 200);
        assert_eq!(
            browser.token(&shown).await.refusal(),
            words("invalid_grant", "expired authorization code")
        );
    });
}

#[test]
fn a_code_can_be_exchanged_for_fifteen_minutes() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        for (minutes, status) in [(14, 200), (15, 400)] {
            let code = browser.code(WEB).await;
            org.advance(Duration::from_secs(minutes * 60)).await;
            assert_eq!(browser.token(&web_exchange(&code)).await.status, status, "after {minutes} minutes");
        }
    });
}

#[test]
fn a_user_who_does_not_agree_is_sent_back_with_the_refusal() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let browser = Browser::logged_in(&org).await;
        let page = browser.get(AUTHORIZE, WEB).await;
        let page = browser.decide(AUTHORIZE, &page, "deny").await;
        assert_eq!(page.sent('?', "error").as_deref(), Some("access_denied"));
        assert_eq!(page.sent('?', "error_description").as_deref(), Some("end-user denied authorization"));
        assert_eq!(page.sent('?', "state").as_deref(), Some(STATE));
        let forged =
            with(WEB, &[("decision", "allow"), ("confirmation", "0123456789abcdef0123456789abcdef")]);
        let page = browser.post(AUTHORIZE, &forged).await;
        assert_eq!((page.status, page.location), (200, None), "a form of another site decides nothing");
    });
}

#[test]
fn nobody_is_sent_to_an_address_of_an_attacker() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let mut browser = Browser::logged_in(&org).await;
        for redirect_uri in [
            "https://evil.example/",
            "http://localhost:1717/OauthRedirect/../evil",
            "http://localhost:1717/OauthRedirect?next=https://evil.example",
            "http://localhost:1717@evil.example/OauthRedirect",
            "http://localhost:1717/OauthRedirect#",
            "http://localhost:1717/OauthRedirect\r\nSet-Cookie: sid=x",
            "javascript:alert(1)",
            "//evil.example",
            "",
        ] {
            for response_type in ["code", "token", "nonsense"] {
                let asked = with(WEB, &[("redirect_uri", redirect_uri), ("response_type", response_type)]);
                let page = browser.get(AUTHORIZE, &asked).await;
                assert_eq!((page.status, page.location), (400, None), "{redirect_uri} {response_type}");
            }
        }
        for start in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/a\r\nX: y",
        ] {
            let page = browser.log_in(&[("startURL", start)]).await;
            assert_eq!((page.status, page.location), (200, None), "{start}");
        }
    });
}

#[test]
fn no_parameter_runs_on_a_page() {
    const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    block_on(async {
        let org = MockOrg::builder().validated();
        let (anonymous, browser) = (Browser::new(&org), Browser::logged_in(&org).await);
        let mut pages = Vec::new();
        let hybrid = format!("hybrid_{EVIL}");
        for name in [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "prompt",
            "display",
            "login_hint",
            "immediate",
        ] {
            pages.push(
                browser.get(AUTHORIZE, &with(&with(WEB, &[("prompt", "consent")]), &[(name, EVIL)])).await,
            );
        }
        pages.push(browser.get(AUTHORIZE, &with(WEB, &[("response_type", &hybrid)])).await);
        pages.push(browser.get("/setup/connect", &[("user_code", EVIL)]).await);
        pages.push(
            anonymous.get("/login", &[("un", EVIL), ("startURL", "/\"'><script>alert(1)</script>")]).await,
        );
        let wrong = [("username", EVIL), ("pw", EVIL), ("startURL", EVIL)];
        pages.push(anonymous.post("/login", &wrong).await);
        assert!(pages.iter().filter(|page| page.text.contains("&lt;script&gt;")).count() >= 4);
        for page in pages {
            for mark in ["<script", "<img", "\"'>"] {
                assert!(!page.text.contains(mark), "{}", page.text);
            }
        }
    });
}
