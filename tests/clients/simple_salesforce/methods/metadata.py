"""`SfdcMetadataApi` and `MetadataType`: the Metadata API, with the WSDL that the library brings along."""

import io
import time
import zipfile

from methods.known import PASSWORD, USERNAME, VERSION, sf
from simple_salesforce import Salesforce
from support.steps import expect_error, step
from zeep.exceptions import Fault

PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <types><members>Crate__c</members><name>CustomObject</name></types>
    <version>{VERSION}</version>
</Package>"""
CRATE = """<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
    <deploymentStatus>Deployed</deploymentStatus>
    <label>Crate</label>
    <pluralLabel>Crates</pluralLabel>
    <nameField><label>Crate Name</label><type>Text</type></nameField>
    <sharingModel>ReadWrite</sharingModel>
    <fields><fullName>Weight__c</fullName><label>Weight</label><precision>6</precision><scale>2</scale><type>Number</type></fields>
</CustomObject>"""
KEPT = {}


def client():
    """A client of its own: the library leaves headers of these calls in the client that makes them."""
    if "client" not in KEPT:
        KEPT["client"] = Salesforce(username=USERNAME, password=PASSWORD, security_token="", version=VERSION)
    return KEPT["client"]


def api():
    """The client's Metadata API."""
    return client().mdapi


def package(**files):
    """A package as a file in memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed


def deployed(deployment):
    """Waits until a deployment has ended; gives what the library tells about it."""
    for _ in range(100):
        status = client().checkDeployStatus(deployment)
        if status["state"] not in ("Pending", "InProgress"):
            return status
        time.sleep(0.1)
    raise AssertionError(f"the deployment does not end: {status}")


def custom_object(name):
    """A custom object as createMetadata takes it."""
    return api().CustomObject(
        fullName=name,
        label=name.removesuffix("__c"),
        pluralLabel=name.removesuffix("__c"),
        nameField=api().CustomField(label="Name", type="Text"),
        deploymentStatus="Deployed",
        sharingModel="ReadWrite",
    )


@step
def describe_metadata_names_the_types():
    described = api().describe_metadata()
    names = {entry.xmlName for entry in described.metadataObjects}
    assert {"CustomObject", "PermissionSet"} <= names, names


@step
def list_metadata_names_the_components():
    query = api()._client.get_type("ns0:ListMetadataQuery")(type="CustomObject")  # pylint: disable=protected-access
    listed = api().list_metadata([query])
    assert {"Account", "Shipment__c"} <= {entry.fullName for entry in listed}, listed[:3]
    wrong = api()._client.get_type("ns0:ListMetadataQuery")(type="Nothing")  # pylint: disable=protected-access
    expect_error(Exception, lambda: api().list_metadata([wrong]))


@step
def a_package_is_deployed():
    answer = client().deploy(package(**{"package.xml": PACKAGE, "objects/Crate__c.object": CRATE}), sandbox=True)
    assert answer["asyncId"].startswith("0Af"), answer
    KEPT["deployment"] = answer["asyncId"]
    status = deployed(answer["asyncId"])
    assert status["state"] == "Succeeded", status
    assert status["deployment_detail"]["failed_count"] == "0", status
    state, _, detail, tests = api().check_deploy_status(answer["asyncId"])
    assert (state, detail["errors"], tests["errors"]) == ("Succeeded", [], [])
    # Fields that are deployed alone are visible only to administrators.
    made = sf().Crate__c.create({"Name": "First"})["id"]
    assert sf().Crate__c.get(made)["Name"] == "First"


@step
def a_deployment_that_only_checks_changes_nothing():
    text = CRATE.replace("Crate", "Barrel")
    names = {"package.xml": PACKAGE.replace("Crate", "Barrel"), "objects/Barrel__c.object": text}
    identifier, state = api().deploy(package(**names), sandbox=False, checkOnly=True, testLevel="NoTestRun")
    assert identifier and state in ("Queued", "Pending", "InProgress", "Completed", None), state
    assert deployed(identifier)["state"] == "Succeeded"
    expect_error(Exception, lambda: sf().Barrel__c.describe())


@step
def a_deployment_that_fails_names_the_file():
    broken = CRATE.replace("<type>Number</type>", "<type>Nonsense</type>").replace("Crate", "Broken")
    names = {"package.xml": PACKAGE.replace("Crate", "Broken"), "objects/Broken__c.object": broken}
    status = deployed(client().deploy(package(**names), sandbox=True, rollbackOnError=True)["asyncId"])
    assert status["state"] == "Failed", status
    (error, *_) = status["deployment_detail"]["errors"]
    assert "Broken__c" in error["file"] and error["message"], status


@step
def component_error_counts_are_numbers():
    assert api().get_component_error_count("3") == 3 and api().get_component_error_count("") == 0


@step
def logs_of_a_deployment_are_printed():
    api().download_unit_test_logs(KEPT["deployment"])
    expect_error(Exception, lambda: api().download_unit_test_logs("0Af000000000000AAA"))


@step
def a_package_is_retrieved():
    identifier, _ = api().retrieve("", unpackaged={"CustomObject": ["Crate__c"]})
    assert identifier.startswith("09S"), identifier
    for _ in range(100):
        state, error, messages = api().check_retrieve_status(identifier)
        if state not in ("Pending", "InProgress"):
            break
        time.sleep(0.1)
    assert (state, error, messages) == ("Succeeded", None, []), (state, error, messages)
    state, error, messages, zipped = api().retrieve_zip(identifier)
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("objects/Crate__c.object")]
        assert "Weight__c" in archive.read(name).decode(), archive.namelist()
    assert api().retrieve_retrieve_result(identifier, "false") is not None
    expect_error(TypeError, lambda: api().retrieve("", unpackaged=["CustomObject"]))
    expect_error(Exception, lambda: api().check_retrieve_status("09S000000000000AAA"))


@step
def metadata_create_adds_objects_and_fields():
    api().CustomObject.create([custom_object("Pallet__c")])
    field = api().CustomField(fullName="Pallet__c.Height__c", label="Height", type="Number", precision=6, scale=0)
    api().CustomField.create([field])
    names = [field["name"] for field in sf().Pallet__c.describe()["fields"]]
    assert "Height__c" in names, names
    expect_error(Exception, lambda: api().CustomObject.create([custom_object("Pallet__c")]), has="DUPLICATE_DEVELOPER_NAME")


@step
def metadata_read_gives_components():
    read = api().CustomObject.read(["Pallet__c"])
    assert read.label == "Pallet" and [field.fullName for field in read.fields if field.fullName.endswith("__c")] == ["Height__c"]
    both = api().CustomObject.read(["Pallet__c", "Shipment__c"])
    assert [entry.fullName for entry in both] == ["Pallet__c", "Shipment__c"]
    expect_error(Exception, lambda: api().CustomObject.read(["Nothing__c"] * 11))


@step
def metadata_update_and_upsert_change():
    changed = custom_object("Pallet__c")
    changed.label = "Big Pallet"
    api().CustomObject.update([changed])
    assert sf().Pallet__c.describe()["label"] == "Big Pallet"
    api().CustomObject.upsert([custom_object("Pallet__c"), custom_object("Drum__c")])
    assert sf().Pallet__c.describe()["label"] == "Pallet"
    assert sf().Drum__c.describe()["label"] == "Drum"
    expect_error(Exception, lambda: api().CustomObject.update([custom_object("Nothing__c")]), has="Nothing__c")
    nameless = custom_object("No Name")
    expect_error(Exception, lambda: api().CustomObject.upsert([nameless]))


@step
def metadata_types_are_described_and_rename_is_refused_by_name():
    assert api().CustomObject.describe() is not None
    rename = lambda: api().CustomObject.rename("Drum__c", "Keg__c")
    expect_error(Fault, rename, has="does not model the Metadata API call renameMetadata")
    assert sf().Drum__c.describe()["name"] == "Drum__c"


@step
def metadata_delete_removes():
    api().CustomObject.delete(["Pallet__c"])
    expect_error(Exception, lambda: sf().Pallet__c.describe(), has="NOT_FOUND")
    expect_error(Exception, lambda: api().CustomObject.delete(["Pallet__c"]), has="Pallet__c")
