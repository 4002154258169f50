"""A Django project on django-salesforce, as published, works with a mock org.

It logs in at https://login.salesforce.com, which tests/clients/run lets lead to the mock.
Usage: HTTPS_PROXY=… REQUESTS_CA_BUNDLE=… MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… python check.py
"""

import os
import subprocess
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import django
from support.steps import expect_error, run_steps, step

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

# pylint: disable=wrong-import-position
from crm.models import Account, Contact, Shipment, User
from django.db import connections
from django.db.models import Avg, Count, Max, Q, Sum
from salesforce.dbapi.exceptions import SalesforceError

KNOWN = {}


@step
def the_connection_logs_in_and_tells_who_it_is():
    with connections["salesforce"].cursor() as cursor:
        identity = cursor.cursor.id_request()
        assert identity["username"] == "admin@mockorg.example", identity
        assert cursor.cursor.urls_request()["sobjects"].endswith("/sobjects")
        cursor.execute("SELECT Id, Name FROM Account ORDER BY Name LIMIT 1")
        assert cursor.fetchall()[0][1] == "Aurora Robotics"
    assert connections["salesforce"].connection.api_usage.api_limit > 1000


@step
def a_record_is_created_read_changed_and_deleted():
    account = Account(name="By Django & Söhne", industry="Energy", employees=12, revenue=Decimal(1000))
    account.save()
    assert account.pk.startswith("001"), account.pk
    KNOWN["account"] = account.pk
    read = Account.objects.get(pk=account.pk)
    assert (read.name, read.employees, read.revenue) == ("By Django & Söhne", 12, Decimal(1000))
    assert read.owner.username == "admin@mockorg.example"
    assert abs((datetime.now(timezone.utc) - read.created).total_seconds()) < 600
    read.name, read.industry = "Changed by Django", None
    read.save()
    assert Account.objects.get(pk=account.pk).industry is None
    read.employees = 13
    read.save(update_fields=["employees"])
    gone = Account.objects.create(name="Soon gone")
    assert gone.delete()[0] == 1
    assert not Account.objects.filter(name="Soon gone").exists()
    assert Account.objects.query_all().get(name="Soon gone").is_deleted is True
    expect_error(Account.DoesNotExist, lambda: Account.objects.get(name="Soon gone"))


@step
def related_records_are_read_together():
    contact = Contact.objects.create(last_name="Django", first_name="D.", birthdate=date(1990, 2, 28),
                                     account=Account.objects.get(pk=KNOWN["account"]))
    read = Contact.objects.select_related("account__owner").get(pk=contact.pk)
    assert (read.name, read.birthdate) == ("D. Django", date(1990, 2, 28))
    assert read.account.owner.username == "admin@mockorg.example"
    assert [entry.last_name for entry in Account.objects.get(pk=KNOWN["account"]).contact_set.all()] == ["Django"]
    assert Contact.objects.filter(account__name__startswith="Changed by", account__owner__last_name="Admin").count() == 1


@step
def querysets_become_queries():
    names = [account.name for account in Account.objects.order_by("-name")]
    assert names[-1] == "Aurora Robotics" and names == sorted(names, reverse=True), names
    # With an order it would write ORDER BY 1, which no org understands.
    assert "Aurora Robotics" in list(Account.objects.values_list("name", flat=True))
    assert Account.objects.filter(name__icontains="robot").count() == 1
    assert Account.objects.filter(Q(name__startswith="Aurora") | Q(name__startswith="Blue")).count() == 2
    assert Account.objects.exclude(name="Aurora Robotics").filter(name__contains="Aurora").count() == 0
    assert Account.objects.filter(created__gte=datetime(2000, 1, 1, tzinfo=timezone.utc)).count() >= 3
    assert Account.objects.filter(industry__isnull=True).exists()
    assert Account.objects.filter(pk__in=[KNOWN["account"]]).values("name", "employees")[0]["employees"] == 13
    assert len(Account.objects.order_by("name")[1:3]) == 2
    assert Contact.objects.filter(account__in=Account.objects.filter(name__startswith="Blue")).count() == 2
    raw = Account.objects.raw("SELECT Id, Name FROM Account WHERE Name = %s", ["Aurora Robotics"])
    assert [account.name for account in raw] == ["Aurora Robotics"]


@step
def rows_are_aggregated():
    Shipment.objects.bulk_create([Shipment(external_id=f"dj-{number}", pieces=number) for number in range(5)])
    mine = Shipment.objects.filter(external_id__startswith="dj-")
    assert mine.aggregate(Sum("pieces"), Max("pieces"), Avg("pieces"))["pieces__sum"] == 10
    by_industry = Account.objects.values("industry").annotate(many=Count("pk"))
    assert sum(row["many"] for row in by_industry) == Account.objects.count()


@step
def many_records_are_written_at_once():
    made = Shipment.objects.bulk_create([Shipment(external_id=f"many-{number}", pieces=1) for number in range(250)], batch_size=200)
    assert len(made) == 250
    mine = Shipment.objects.filter(external_id__startswith="many-")
    assert mine.count() == 250 and len({row.pk for row in mine}) == 250
    few = list(mine.order_by("external_id")[:3])
    for number, row in enumerate(few):
        row.pieces = 100 + number
    Shipment.objects.bulk_update(few, ["pieces"])
    assert [row.pieces for row in mine.order_by("external_id")[:3]] == [100, 101, 102]
    assert Shipment.objects.filter(pk__in=[row.pk for row in few]).update(pieces=7) == 3
    # Of 250 records it deletes at most 200 with one statement.
    deleted = list(mine.values_list("pk", flat=True)[:200])
    Shipment.objects.filter(pk__in=deleted).delete()
    assert mine.all().count() == 50


@step
def one_wrong_record_of_many_undoes_them_all():
    rows = [Shipment(external_id="undone-0"), Shipment(external_id="undone-0")]
    failed = expect_error(SalesforceError, lambda: Shipment.objects.sf(all_or_none=True).bulk_create(rows))
    assert "DUPLICATE_VALUE" in str(failed), failed
    assert Shipment.objects.filter(external_id="undone-0").count() == 0
    # Without that word the good ones stay.
    expect_error(SalesforceError, lambda: Shipment.objects.bulk_create(rows))
    assert Shipment.objects.filter(external_id="undone-0").count() == 1


@step
def composite_requests_do_the_same():
    connection = connections["salesforce"].connection
    connection.composite_type = "composite"
    try:
        rows = Shipment.objects.bulk_create([Shipment(external_id=f"comp-{number}", pieces=2) for number in range(3)])
        assert len(rows) == 3
        mine = Shipment.objects.filter(external_id__startswith="comp-")
        assert Shipment.objects.filter(pk__in=[row.pk for row in mine]).update(pieces=3) == 3
        assert {row.pieces for row in mine.all()} == {3}
        twice = [Shipment(external_id="comp-x"), Shipment(external_id="comp-x")]
        failed = expect_error(SalesforceError, lambda: Shipment.objects.bulk_create(twice))
        assert "DUPLICATE_VALUE" in str(failed), failed
        assert not Shipment.objects.filter(external_id="comp-x").exists()
        Shipment.objects.filter(pk__in=[row.pk for row in mine]).delete()
        assert mine.all().count() == 0
    finally:
        connection.composite_type = "sobject-collections"


@step
def errors_of_the_org_are_errors_of_the_database():
    failed = expect_error(SalesforceError, lambda: Account.objects.create(name=""))
    assert "REQUIRED_FIELD_MISSING" in str(failed), failed
    failed = expect_error(SalesforceError, lambda: Contact.objects.create(last_name="x", email="no address"))
    assert "INVALID_EMAIL_ADDRESS" in str(failed), failed
    failed = expect_error(SalesforceError, lambda: list(Account.objects.raw("SELECT Id, Nope FROM Account")))
    assert "INVALID_FIELD" in str(failed), failed
    gone = Account.objects.create(name="Twice")
    again = Account.objects.get(pk=gone.pk)
    gone.delete()
    # Deleting what is deleted is only a warning here.
    again.delete()


@step
def an_ended_session_logs_in_again():
    connection = connections["salesforce"].connection
    auth = connection.sf_session.auth
    token = auth.get_auth()["access_token"]
    connection.sf_session.post(f"{auth.instance_url}/services/oauth2/revoke", data={"token": token}, auth=None)
    auth.get_auth()["access_token"] = token
    assert Account.objects.count() >= 3
    assert auth.get_auth()["access_token"] != token


@step
def pages_of_a_big_result_are_fetched():
    Shipment.objects.bulk_create([Shipment(external_id=f"page-{number}", pieces=5) for number in range(2100)], batch_size=200)
    assert len(list(Shipment.objects.filter(external_id__startswith="page-"))) == 2100


@step
def models_are_written_from_the_org():
    command = [sys.executable, "-m", "django", "inspectdb", "--database=salesforce", "--table-filter=^(Account|Contact|Shipment__c)$"]
    ended = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False,
                           env={**os.environ, "PYTHONPATH": f"{HERE}{os.pathsep}{os.environ['PYTHONPATH']}"})
    assert ended.returncode == 0, ended.stderr[-1500:]
    assert "class Account(models.Model):" in ended.stdout and "class Shipment(models.Model):" in ended.stdout, ended.stdout[:500]
    compile(ended.stdout, "models.py", "exec")


if __name__ == "__main__":
    run_steps(f"django-salesforce {version('django-salesforce')} on Django {version('Django')}, Python {sys.version.split()[0]}")
