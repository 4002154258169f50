//! getUserInfo, getServerTimestamp, logout, invalidateSessions, setPassword, resetPassword.

use mockorg_org::{ApiError, Call, ErrorCode, Reply};

use super::{
    request::Request,
    results::{push_error, refusal},
    save::MOST,
    text::{element, instant},
    user_info,
};

/// `getUserInfo`.
pub(super) fn user_info(request: &Request<'_>) -> Result<String, ApiError> {
    match request.call(Call::WhoAmI)? {
        Reply::User(user) => {
            let info = user_info::user_info(&user, user.session_seconds_valid);
            Ok(format!("<result>{info}</result>"))
        }
        _ => Err(ApiError::not_found()),
    }
}

/// `getServerTimestamp`.
pub(super) fn server_timestamp(request: &Request<'_>) -> Result<String, ApiError> {
    let now = request.perform(|caller| Ok(caller.now()))?;
    Ok(format!("<result><timestamp>{}</timestamp></result>", instant(now)))
}

/// `logout`.
pub(super) fn logout(request: &Request<'_>) -> Result<String, ApiError> {
    let token = request.headers.session_id.clone().unwrap_or_default();
    request.perform(|caller| {
        caller.revoke(&token);
        Ok(String::new())
    })
}

/// `invalidateSessions`.
pub(super) fn invalidate_sessions(request: &Request<'_>) -> Result<String, ApiError> {
    let mut argument = "sessionIds";
    if request.operation.child(argument).is_none() {
        argument = "ArrayList";
    }
    let tokens = request.list(argument, MOST)?;
    request.perform(|caller| {
        let mut text = String::new();
        for token in &tokens {
            text.push_str("<result>");
            let ended = caller.revoke(token);
            if !ended {
                push_error(&mut text, &refusal(ErrorCode::InvalidSessionId, "Session expired or invalid"));
            }
            element(&mut text, "success", if ended { "true" } else { "false" });
            text.push_str("</result>");
        }
        Ok(text)
    })
}

/// `setPassword`.
pub(super) fn set_password(request: &Request<'_>) -> Result<String, ApiError> {
    let user = request.argument("userId").into();
    let password = request.operation.child("password").map_or("", |password| &password.text).into();
    request.call(Call::SetPassword { user, password })?;
    Ok("<result/>".to_owned())
}

/// `resetPassword`.
pub(super) fn reset_password(request: &Request<'_>) -> Result<String, ApiError> {
    match request.call(Call::ResetPassword { user: request.argument("userId").into() })? {
        Reply::Password(password) => {
            let mut text = String::from("<result>");
            element(&mut text, "password", &password);
            text.push_str("</result>");
            Ok(text)
        }
        _ => Err(ApiError::not_found()),
    }
}
