from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Member(AbstractBaseUser):
    """As in Django's documentation of custom users: no PermissionsMixin, no flags in the database, no names."""

    number = models.AutoField(primary_key=True, db_column="member_no")
    mail = models.EmailField(unique=True)
    is_master = models.BooleanField(default=False)

    USERNAME_FIELD = EMAIL_FIELD = "mail"

    people = BaseUserManager()

    @property
    def is_staff(self) -> bool:
        return self.is_master

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_master

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_master
