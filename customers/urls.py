"""Addresses of customers and contacts."""

from django.urls import path

from crm.web.urls import model_urls
from customers.views import contacts, customers

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
            "duplicates": customers.CustomerDuplicatesView,
            "bulk": customers.CustomerBulkView,
            "detail": customers.CustomerDetailView,
            "edit": customers.CustomerEditView,
            "delete": customers.CustomerDeleteView,
            "restore": customers.CustomerRestoreView,
            "reveal": customers.CustomerRevealView,
            "panel": customers.CustomerPanelView,
        },
    ),
    path(
        "customers/request/<str:token>/",
        customers.CustomerRequestView.as_view(),
        name="customer_request",
    ),
    path(
        "customers/<int:pk>/life-cycle/<slug:state>/",
        customers.CustomerLifeCycleView.as_view(),
        name="customer_life_cycle",
    ),
    path(
        "customers/<int:pk>/share/", customers.CustomerShareView.as_view(), name="customer_share"
    ),
    path(
        "customers/<int:pk>/share/<int:user>/remove/",
        customers.CustomerUnshareView.as_view(),
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
]
