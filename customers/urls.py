"""Addresses of customers and contacts."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls
from crm.pool.exporting import PoolExportView
from crm.web.urls import model_urls
from customers import exporting
from customers.views import (
    contacts,
    customers,
    duplicates,
    importing,
    pool,
    rhythm,
    team,
    verifying,
)

app_name = "customers"

urlpatterns = [
    *model_urls(
        "customer",
        "customers/",
        {
            "list": customers.CustomerListView,
            "add": customers.CustomerCreateView,
            "bin": customers.CustomerBinView,
            "options": customers.CustomerOptionsView,
            "choose": customers.CustomerChooseView,
            "duplicates": duplicates.CustomerDuplicatesView,
            "bulk": customers.CustomerBulkView,
            "detail": customers.CustomerDetailView,
            "edit": customers.CustomerEditView,
            "delete": customers.CustomerDeleteView,
            "restore": customers.CustomerRestoreView,
            "reveal": customers.CustomerRevealView,
            "panel": customers.CustomerPanelView,
        },
    ),
    path("customers/rhythm/", rhythm.RhythmListView.as_view(), name="rhythm_list"),
    path("customers/rhythm/over/", rhythm.OverListView.as_view(), name="over_list"),
    path("customers/unattended/", rhythm.UnattendedListView.as_view(), name="unattended_list"),
    *model_urls(
        "customer_pool",
        "pool/customers/",
        {
            "list": pool.CustomerPoolListView,
            "bulk": pool.CustomerPoolBulkView,
            "detail": pool.CustomerPoolDetailView,
        },
    ),
    path(
        "pool/customers/export/",
        PoolExportView.as_view(export=exporting.POOL, url_prefix="customers:customer_pool"),
        name="customer_pool_export",
    ),
    path(
        "pool/customers/<int:pk>/claim/",
        pool.CustomerClaimView.as_view(),
        name="customer_pool_claim",
    ),
    path(
        "customers/<int:pk>/release/",
        pool.CustomerReleaseView.as_view(),
        name="customer_release",
    ),
    path(
        "customers/<int:pk>/transfer/",
        pool.CustomerTransferView.as_view(),
        name="customer_transfer",
    ),
    path(
        "customers/handover/",
        pool.CustomerLeaverView.as_view(),
        name="customer_handover",
    ),
    path("customers/<int:pk>/lock/", pool.CustomerLockView.as_view(), name="customer_lock"),
    path(
        "customers/<int:pk>/protect/", pool.CustomerProtectView.as_view(), name="customer_protect"
    ),
    path(
        "customers/<int:pk>/unprotect/",
        pool.CustomerUnprotectView.as_view(),
        name="customer_unprotect",
    ),
    *import_urls("customer", "customers/", importing.CUSTOMER_PAGES),
    *import_urls("contact", "contacts/", importing.CONTACT_PAGES),
    path(
        "customers/export/",
        ExportView.as_view(export=exporting.CUSTOMERS, url_prefix="customers:customer"),
        name="customer_export",
    ),
    path(
        "customers/request/<str:token>/",
        duplicates.CustomerRequestView.as_view(),
        name="customer_request",
    ),
    path(
        "customers/<int:pk>/life-cycle/<slug:state>/",
        customers.CustomerLifeCycleView.as_view(),
        name="customer_life_cycle",
    ),
    path(
        "customers/<int:pk>/verify/",
        verifying.CustomerVerifyView.as_view(),
        name="customer_verify",
    ),
    path(
        "customers/<int:pk>/share/",
        team.CustomerShareView.as_view(),
        name="customer_share",
    ),
    path(
        "customers/<int:pk>/share/<int:user>/remove/",
        team.CustomerUnshareView.as_view(),
        name="customer_unshare",
    ),
    *model_urls(
        "contact",
        "contacts/",
        {
            "list": contacts.ContactListView,
            "add": contacts.ContactCreateView,
            "bin": contacts.ContactBinView,
            "options": contacts.ContactOptionsView,
            "bulk": contacts.ContactBulkView,
            "detail": contacts.ContactDetailView,
            "edit": contacts.ContactEditView,
            "delete": contacts.ContactDeleteView,
            "restore": contacts.ContactRestoreView,
            "reveal": contacts.ContactRevealView,
            "panel": contacts.ContactPanelView,
        },
    ),
    path(
        "contacts/<int:pk>/verify/",
        verifying.ContactVerifyView.as_view(),
        name="contact_verify",
    ),
    path(
        "contacts/export/",
        ExportView.as_view(export=exporting.CONTACTS, url_prefix="customers:contact"),
        name="contact_export",
    ),
]
