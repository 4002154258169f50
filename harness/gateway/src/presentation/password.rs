//! Passwords of users.

use mockorg_org::{ApiError, Call, ErrorCode, Input, RecordKey, Reply};

use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// `GET /sobjects/User/<id>/password`. Passwords do not expire here.
pub(crate) fn password(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let fields = Some(vec!["Id".into()]);
    let key = RecordKey::Id(exchange.param("id").into());
    exchange.call(Call::Retrieve { object: "User".into(), key, fields })?;
    let mut w = exchange.writer();
    w.begin_object().key("isExpired").bool(false).end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `POST /sobjects/User/<id>/password`: `{"NewPassword":"…"}`.
pub(crate) fn set_password(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    let given = body.into_iter().find(|member| member.name.eq_ignore_ascii_case("NewPassword"));
    let Some(Input::Text(password)) = given.map(|member| member.value) else {
        let text = "NewPassword must be given";
        return Err(ApiError::exception(ErrorCode::JsonParserError, text).into());
    };
    exchange.call(Call::SetPassword { user: exchange.param("id").into(), password })?;
    Ok(Answer::empty(204))
}

/// `DELETE /sobjects/User/<id>/password`.
pub(crate) fn reset_password(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let call = Call::ResetPassword { user: exchange.param("id").into() };
    let Reply::Password(password) = exchange.call(call)? else { return Err(unexpected()) };
    let mut w = exchange.writer();
    w.begin_object().key("NewPassword").string(&password).end_object();
    Ok(Answer::json(200, w.finish()))
}
