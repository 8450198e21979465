from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite


class HubbubAdminSite(AdminSite):
    site_header = f"{settings.SITE_NAME} admin"
    site_title = site_header

    login = secure_admin_login(AdminSite.login)
