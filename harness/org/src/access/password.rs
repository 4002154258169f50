//! Passwords that users and administrators set: setPassword and resetPassword.

use crate::{ApiError, ErrorCode, Org, RecordId, Reply, ctx::Ctx};

/// How many characters a password has at least; the policy with which an org begins.
const SHORTEST: usize = 8;

/// How many characters the org gives a new password.
const GIVEN: usize = 14;

impl Org {
    /// Sets a user's password.
    ///
    /// # Errors
    ///
    /// `INVALID_NEW_PASSWORD` for a password against the policy or the one that the user has, and what
    /// [`Org::reset_user_password`] answers.
    pub(crate) fn set_user_password(
        &mut self,
        ctx: &Ctx,
        user: &str,
        password: &str,
    ) -> Result<Reply, ApiError> {
        let user = self.user_to_secure(ctx, user)?;
        let refuse = |message: &str| ApiError::exception(ErrorCode::InvalidNewPassword, message);
        if password.chars().count() < SHORTEST {
            return Err(refuse(&format!("Your password must be at least {SHORTEST} characters long.")));
        }
        let (letter, digit) = (char::is_alphabetic, |c: char| c.is_ascii_digit());
        if !password.contains(letter) || !password.contains(digit) {
            return Err(refuse("Your password must include letters and numbers"));
        }
        if self.access.passwords.get(&user).is_some_and(|own| **own == *password) {
            return Err(refuse("invalid repeated password"));
        }
        self.access.set_password(user, password);
        Ok(Reply::Done)
    }

    /// Gives a user a new password.
    ///
    /// # Errors
    ///
    /// `MALFORMED_ID` and `INVALID_CROSS_REFERENCE_KEY` for what is no user, `INSUFFICIENT_ACCESS` when it is
    /// another user's and the asking one may not manage users.
    pub(crate) fn reset_user_password(&mut self, ctx: &Ctx, user: &str) -> Result<Reply, ApiError> {
        const LETTERS: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
        let user = self.user_to_secure(ctx, user)?;
        let letters = self.access.tokens.text(LETTERS, GIVEN - 4);
        let password = letters + &self.access.tokens.text(b"23456789", 4);
        self.access.set_password(user, &password);
        Ok(Reply::Password(password.into()))
    }

    /// The user of this id, if the asking one may set the password.
    fn user_to_secure(&self, ctx: &Ctx, id: &str) -> Result<RecordId, ApiError> {
        let none = std::iter::empty::<&str>;
        let user = id
            .parse::<RecordId>()
            .map_err(|_| ApiError::dml(ErrorCode::MalformedId, format!("malformed id {id}"), none()))?;
        if self.store.live(user).is_none_or(|record| &*record.object.name != "User") {
            let message = "invalid cross reference id";
            return Err(ApiError::dml(ErrorCode::InvalidCrossReferenceKey, message, none()).on_row());
        }
        if user == ctx.user || ctx.access.has("ManageUsers") { Ok(user) } else { Err(ApiError::no_access()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::test_org::{START, TestOrg};

    #[test]
    fn users_set_their_own_password_and_only_who_manages_users_sets_those_of_others() {
        let mut test = TestOrg::new();
        let token = test.token(START);
        let ctx = test.authenticate(START, &token).unwrap();
        let (own, other) = (test.user.to_string(), test.admin.to_string());
        assert_eq!(test.org.set_user_password(&ctx, &own, "secret 42"), Ok(Reply::Done));
        assert!(test.org.access.password_fits(test.user, "secret 42"));
        let refused = test.org.set_user_password(&ctx, &other, "secret 42").unwrap_err();
        assert_eq!(refused.code, ErrorCode::InsufficientAccess);
        test.assign("Hirers", &["PermissionsManageUsers"]);
        let ctx = test.authenticate(START, &token).unwrap();
        assert_eq!(test.org.set_user_password(&ctx, &other, "secret 42"), Ok(Reply::Done));
    }

    #[test]
    fn passwords_against_the_policy_and_the_present_one_are_refused() {
        let mut test = TestOrg::new();
        let (ctx, own) = (test.ctx(), test.user.to_string());
        test.org.set_user_password(&ctx, &own, "secret 42").unwrap();
        for password in ["short 1", "12345678", "onlyletters", "secret 42"] {
            let refused = test.org.set_user_password(&ctx, &own, password).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidNewPassword, "{password}");
        }
        for (id, code) in
            [("nonsense", ErrorCode::MalformedId), ("005000000000000", ErrorCode::InvalidCrossReferenceKey)]
        {
            assert_eq!(test.org.set_user_password(&ctx, id, "secret 43").unwrap_err().code, code);
        }
    }

    #[test]
    fn a_reset_password_is_told_and_replaces_the_old_one() {
        let mut test = TestOrg::new();
        let (ctx, own) = (test.ctx(), test.user.to_string());
        let Ok(Reply::Password(first)) = test.org.reset_user_password(&ctx, &own) else {
            panic!("no password")
        };
        assert!(test.org.access.password_fits(test.user, &first));
        assert!(!test.org.access.password_fits(test.user, "secret"));
        assert_ne!(test.org.reset_user_password(&ctx, &own), Ok(Reply::Password(first)));
    }
}
