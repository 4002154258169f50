"""Objects of the org as Django models."""

from salesforce import models


class User(models.Model):
    """Somebody who works with the org."""

    username = models.CharField(max_length=80, db_column="Username")
    last_name = models.CharField(max_length=80, db_column="LastName")
    email = models.EmailField(db_column="Email")

    class Meta(models.Model.Meta):
        managed = False
        db_table = "User"


class Account(models.Model):
    """A customer."""

    name = models.CharField(max_length=255, db_column="Name")
    industry = models.CharField(max_length=255, db_column="Industry", null=True)
    employees = models.IntegerField(db_column="NumberOfEmployees", null=True)
    revenue = models.DecimalField(max_digits=18, decimal_places=0, db_column="AnnualRevenue", null=True)
    owner = models.ForeignKey(User, models.DO_NOTHING, db_column="OwnerId", default=models.DefaultedOnCreate())
    parent = models.ForeignKey("self", models.DO_NOTHING, db_column="ParentId", null=True)
    created = models.DateTimeField(db_column="CreatedDate", sf_read_only=models.READ_ONLY)
    is_deleted = models.BooleanField(db_column="IsDeleted", sf_read_only=models.READ_ONLY)

    class Meta(models.Model.Meta):
        managed = False
        db_table = "Account"


class Contact(models.Model):
    """Somebody who works at a customer."""

    last_name = models.CharField(max_length=80, db_column="LastName")
    first_name = models.CharField(max_length=40, db_column="FirstName", null=True)
    email = models.EmailField(db_column="Email", null=True)
    birthdate = models.DateField(db_column="Birthdate", null=True)
    account = models.ForeignKey(Account, models.DO_NOTHING, db_column="AccountId", null=True)
    name = models.CharField(max_length=121, db_column="Name", sf_read_only=models.READ_ONLY)

    class Meta(models.Model.Meta):
        managed = False
        db_table = "Contact"


class Shipment(models.Model):
    """A custom object."""

    name = models.CharField(max_length=80, db_column="Name", sf_read_only=models.READ_ONLY)
    external_id = models.CharField(max_length=40, db_column="External_Id__c", null=True)
    pieces = models.DecimalField(max_digits=6, decimal_places=0, db_column="Pieces__c", null=True)

    class Meta(models.Model.Meta):
        managed = False
        db_table = "Shipment__c"
