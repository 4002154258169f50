"""Ways to log in."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from methods.known import APP, DOMAIN, ORG_ID, PASSWORD, TOKEN, USERNAME, VERSION, sf
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed, SalesforceExpiredSession, SalesforceLogin
from support.steps import expect_error, step

COUNT = "SELECT COUNT() FROM Account"


def works(client):
    """Whether a client's session is good."""
    assert client.query(COUNT)["totalSize"] >= 3
    return client


def private_key():
    """A new RSA key as PEM text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@step
def a_password_with_a_security_token_logs_in_by_soap():
    client = works(Salesforce(username=USERNAME, password=PASSWORD, security_token="TOKEN", version=VERSION))
    assert client.auth_type == "password" and client.auth_site == "https://login.salesforce.com"


@step
def a_sandbox_is_reached_by_the_domain_test():
    client = works(Salesforce(username=USERNAME, password=PASSWORD, security_token="", domain="test"))
    assert client.sf_version == "59.0"


@step
def a_client_id_is_sent_along():
    works(Salesforce(username=USERNAME, password=PASSWORD, security_token="", client_id="tests", version=VERSION))


@step
def an_organization_id_logs_in_without_a_security_token():
    client = works(Salesforce(username=USERNAME, password=PASSWORD, organizationId=ORG_ID, version=VERSION))
    assert client.auth_type == "ipfilter"


@step
def a_connected_app_logs_in_with_username_and_password():
    works(Salesforce(username=USERNAME, password=PASSWORD, version=VERSION, **APP))


@step
def a_connected_app_logs_in_with_its_own_credentials():
    client = works(Salesforce(domain=DOMAIN, version=VERSION, **APP))
    assert client.auth_type == "client-credentials"


@step
def a_signed_assertion_logs_in():
    client = works(Salesforce(username=USERNAME, consumer_key="mockorg", privatekey=private_key(), version=VERSION))
    assert client.auth_type == "jwt-bearer"


@step
def a_session_of_somebody_else_is_taken_over():
    direct = Salesforce(session_id=TOKEN, instance=f"{DOMAIN}.salesforce.com", version=VERSION)
    assert works(direct).auth_type == "direct"
    by_url = Salesforce(session_id=TOKEN, instance_url=f"https://{DOMAIN}.salesforce.com", version=VERSION)
    assert works(by_url).sf_instance == f"{DOMAIN}.salesforce.com"


@step
def the_login_function_gives_session_and_instance():
    session, instance = SalesforceLogin(username=USERNAME, password=PASSWORD, security_token="", sf_version=VERSION)
    works(Salesforce(session_id=session, instance=instance, version=VERSION))


@step
def wrong_credentials_are_refused():
    failed = SalesforceAuthenticationFailed
    by_soap = expect_error(
        failed, lambda: Salesforce(username=USERNAME, password="wrong", security_token="", version=VERSION)
    )
    assert by_soap.code == "INVALID_LOGIN", by_soap.code
    by_token = expect_error(
        failed, lambda: Salesforce(username=USERNAME, password="wrong", version=VERSION, **APP)
    )
    assert by_token.code == "invalid_grant" and "authentication failure" in str(by_token)
    unknown = {"consumer_key": "mockorg", "consumer_secret": "wrong"}
    assert expect_error(failed, lambda: Salesforce(domain=DOMAIN, version=VERSION, **unknown)).code in (
        "invalid_client", "invalid_client_id"
    )
    elsewhere = expect_error(failed, lambda: Salesforce(
        username=USERNAME, consumer_key="nobody", privatekey=private_key(), version=VERSION
    ))
    assert elsewhere.code in ("invalid_client_id", "invalid_client", "invalid_grant"), elsewhere.code


@step
def a_login_needs_something_to_log_in_with():
    expect_error(TypeError, Salesforce, has="You must provide login information")
    expect_error(SalesforceAuthenticationFailed, SalesforceLogin, has="You must submit either a security token")
    expect_error(ValueError, lambda: SalesforceLogin(USERNAME, PASSWORD, "", sf_version="v64.0"), has="leading 'v'")


@step
def an_ended_session_is_renewed_but_not_a_foreign_one():
    own = Salesforce(username=USERNAME, password=PASSWORD, security_token="", version=VERSION)
    before = own.session_id
    # The library has no logout; revoking is what its oauth2 method is for.
    own.session.post(f"https://{own.sf_instance}/services/oauth2/revoke", data={"token": before}).raise_for_status()
    works(own)
    assert own.session_id != before
    foreign = Salesforce(session_id=before, instance=own.sf_instance, version=VERSION)
    assert expect_error(SalesforceExpiredSession, lambda: foreign.query(COUNT)).content[0]["errorCode"] == (
        "INVALID_SESSION_ID"
    )


@step
def oauth_resources_are_asked_for_by_path():
    assert sf().oauth2("userinfo")["preferred_username"] == USERNAME
    expect_error(Exception, lambda: sf().oauth2("nothing"))
