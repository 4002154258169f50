"""What all steps share: how to log in, and the client of most steps."""

import functools
import os

from simple_salesforce import Salesforce

VERSION = "64.0"
USERNAME = "admin@mockorg.example"
PASSWORD = "mockorg"
APP = {"consumer_key": "mockorg", "consumer_secret": "mockorg"}
DOMAIN = "mockorg.my"
URL = os.environ["MOCKORG_URL"]
TOKEN = os.environ["MOCKORG_ACCESS_TOKEN"]
ORG_ID = os.environ["MOCKORG_ORG_ID"]

# What steps leave for later ones.
LEFT = {}


@functools.cache
def sf():
    """A client after a SOAP login at login.salesforce.com."""
    return Salesforce(username=USERNAME, password=PASSWORD, security_token="", version=VERSION)


def code(error):
    """The errorCode that an exception of the library carries."""
    return error.content[0]["errorCode"]


def account(**fields):
    """A new account; gives its id."""
    return sf().Account.create({"Name": "Python & Söhne", **fields})["id"]


@functools.cache
def allow_hard_deletes():
    """Gives the administrator the permission that hard deletes need and that nobody has at first."""
    made = sf().PermissionSet.create({"Name": "HardDelete", "Label": "Hard Delete", "PermissionsBulkApiHardDelete": True})
    user = sf().query(f"SELECT Id FROM User WHERE Username = '{USERNAME}'")["records"][0]["Id"]
    sf().PermissionSetAssignment.create({"PermissionSetId": made["id"], "AssigneeId": user})
