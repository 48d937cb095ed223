"""Addresses of a package by their first words: the same answers as Django's, sooner."""

from types import SimpleNamespace

import pytest
from django.http import Http404
from django.urls import get_resolver, include, path, resolve, reverse

from crm.core.spaces import FirstWords, space


def test_other_first_words_are_not_looked_at() -> None:
    words = FirstWords(frozenset({"customers", ""}))
    assert words.match("customers/7/") == ("customers/7/", (), {})
    assert words.match("customers") == ("customers", (), {})
    assert words.match("") == ("", (), {})
    assert words.match("customer/") is None


def test_an_address_that_begins_with_an_argument_is_refused() -> None:
    urlconf = SimpleNamespace(urlpatterns=[path("", include([path("<int:pk>/", print)]))])
    with pytest.raises(ValueError, match="begins with an argument"):
        space(urlconf)


def test_addresses_of_the_product_lead_there_and_back() -> None:
    for name in ("workbench:home", "account_login", "accounts:profile", "customers:customer_list"):
        found = resolve(reverse(name))
        assert found.view_name == name
    with pytest.raises(Http404):
        resolve("/nowhere/")


def test_most_packages_are_passed_over() -> None:
    spaces = [each for each in get_resolver().url_patterns if isinstance(each.pattern, FirstWords)]
    assert len(spaces) > 5
    assert sum(each.pattern.match("tickets/") is not None for each in spaces) == 1
