//! Who the session's user is. These services refuse in plain text with 403, not as REST does.

use mockorg_org::{Call, ErrorCode, RecordId, Reply, UserInfo};

use super::request::Parameters;
use crate::{
    answer::{Answer, TEXT},
    encode,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// `GET` and `POST /services/oauth2/userinfo`.
pub(crate) fn userinfo(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let user = match user(exchange)? {
        Ok(user) => user,
        Err(refusal) => return Ok(refusal),
    };
    let mut writer = exchange.writer();
    encode::userinfo(&mut writer, &user, &exchange.base_url());
    Ok(Answer::json(200, writer.finish()))
}

/// `GET` and `POST /id/<org>/<user>`.
pub(crate) fn identity(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let user = match user(exchange)? {
        Ok(user) => user,
        Err(refusal) => return Ok(refusal),
    };
    let id = |name: &str| exchange.param(name).parse::<RecordId>().ok();
    if id("org") != Some(user.organization_id) {
        return Ok(plain(403, "Wrong_Org"));
    }
    if id("user") != Some(user.user_id) {
        return Ok(plain(404, "Bad_Id"));
    }
    let mut writer = exchange.writer();
    encode::identity(&mut writer, &user, &exchange.base_url());
    Ok(Answer::json(200, writer.finish()))
}

/// The user whose token the client sent in the header or as a parameter, or the refusal.
fn user(exchange: &Exchange<'_>) -> Result<Result<Box<UserInfo>, Answer>, Failure> {
    let parameters = Parameters::of(exchange)?;
    let sent = exchange.token().ok().flatten().map(Box::from);
    let parameter =
        || parameters.get("access_token").or_else(|| parameters.get("oauth_token")).map(Into::into);
    let Some(token) = sent.or_else(parameter) else { return Ok(Err(plain(403, "Missing_OAuth_Token"))) };
    match exchange.call_as(Some(token), Call::WhoAmI) {
        Ok(Reply::User(user)) => Ok(Ok(user)),
        Ok(_) => Err(unexpected()),
        Err(error) if error.code == ErrorCode::InvalidSessionId => Ok(Err(plain(403, "Bad_OAuth_Token"))),
        Err(error) => Err(error.into()),
    }
}

fn plain(status: u16, text: &'static str) -> Answer {
    Answer::new(status, TEXT, text)
}
