"""Forms of articles and categories: fields, widgets, single-field checks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.models import Department, User
from crm.dictionaries.filters import ItemField
from crm.web.fields import LongSelect, RemoteChoiceField, RemoteSelectMultiple
from crm.web.forms import EntityForm
from crm.web.widgets import MomentInput
from knowledge import tree
from knowledge.choices import FAULT, Audience, Lack
from knowledge.models import Article, Category
from opportunities.models import Product

DATE = {"data-controller": "date", "data-kind": "date"}


def as_category(key: Any) -> Category | None:
    """The category as a row, made from memory."""
    found = tree.node(int(key))
    return Category(pk=found.pk, name=found.name) if found else None


class CategoryField(forms.TypedChoiceField):
    """A category with its way from the top."""

    def __init__(self, **kwargs: Any) -> None:
        widget = LongSelect("knowledge:category_options")
        super().__init__(choices=[], coerce=as_category, empty_value=None, widget=widget, **kwargs)

    def offer(self, user: Any, keep: int | None) -> None:
        """The active categories that are open to the user."""
        self.choices = [("", "—"), *tree.offered(user, keep=keep)]


class ArticleForm(EntityForm):
    """Write an article or a solution (D13-1, D13-2)."""

    category = CategoryField(label=_("Category"))
    fault = ItemField(FAULT, label=_("Fault"))
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(),
        widget=RemoteSelectMultiple("opportunities:product_options"),
        label=_("Products"),
        required=False,
    )
    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Owner"),
        required=False,
        help_text=_("Looks after the text and is asked to review it."),
    )

    sections = (
        {
            "title": _("Text"),
            "fields": ["title", "keywords", "problem", "body"],
        },
        {
            "title": _("Place and readers"),
            "fields": [
                "kind", "category", "audience", "products", "fault", "owner", "review_due",
            ],
        },
    )  # fmt: skip

    class Meta:
        model = Article
        fields = (
            "title", "keywords", "problem", "body", "kind", "category", "audience", "fault",
            "owner", "review_due",
        )  # fmt: skip
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "problem": forms.Textarea(
                {"rows": 3, "placeholder": _("For solutions: what somebody sees and says")}
            ),
            "body": forms.Textarea(
                {"rows": 18, "data-controller": "markdown", "class": "markdown-source"}
            ),
            "review_due": forms.TextInput(DATE),
        }

    def narrow(self) -> None:
        """Categories open to the actor, products he sees, people he may give articles to."""
        self.fields["category"].offer(self.actor, self.instance.category_id)
        self.fields["fault"].offer(self.instance.fault_id)
        self.fields["products"].queryset = self.seen_products()
        self.fields["body"].help_text = _(
            "Markdown: **bold**, ## heading, - list, [words](https://…); pictures of this article"
            " as ![words](file:number), other files as [words](file:number)."
        )
        if self.instance.pk:
            self.fields["products"].initial = list(
                self.instance.products.values_list("pk", flat=True)
            )
        else:
            self.fields["owner"].initial = self.actor.pk
        self.narrow_owner()

    def seen_products(self) -> QuerySet:
        """Products in sight, those the article has already included."""
        return Product.objects.visible_to(self.actor)

    def narrow_owner(self) -> None:
        """Only people whose articles this user may change; his own stay his."""
        reach = policy_for(Article).reach(self.actor, verbs.CHANGE)
        if not reach.everything:
            people = User.objects.active().filter(pk__in=reach.owners | {self.actor.pk})
            self.fields["owner"].queryset = people
        if reach.owners and not reach.owners - {self.actor.pk}:
            del self.fields["owner"]


class SubmitForm(forms.Form):
    """Hand in: what has changed."""

    note = forms.CharField(
        label=_("What has changed"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("Shown in the list of versions")}),
    )


class ReturnForm(forms.Form):
    """Send back: why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))


class PublishForm(forms.Form):
    """Publish: from when, until when."""

    visible_from = forms.DateTimeField(
        label=_("Visible from"),
        required=False,
        widget=MomentInput(),
        help_text=_("Empty: at once."),
    )
    visible_to = forms.DateTimeField(
        label=_("Visible to"),
        required=False,
        widget=MomentInput(),
        help_text=_("Empty: for good. Afterwards nobody but authors and reviewers reads it."),
    )


class RetireForm(forms.Form):
    """Take down: why."""

    note = forms.CharField(
        label=_("Reason"), required=False, max_length=300, widget=forms.Textarea({"rows": 3})
    )


class FeedbackForm(forms.Form):
    """Did it help, and if not, why."""

    helpful = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    lack = forms.ChoiceField(choices=[("", ""), *Lack.choices], required=False)
    text = forms.CharField(required=False, max_length=500)


class CategoryForm(EntityForm):
    """A node of the tree with its readers."""

    class Meta:
        model = Category
        fields = (
            "name", "parent", "description", "audience", "departments", "order", "is_active",
        )  # fmt: skip
        widgets = {"name": forms.TextInput({"autocomplete": "off"})}

    def narrow(self) -> None:
        """Places outside its own branch; departments are few."""
        own = self.instance.pk
        places = [
            (item.pk, item.label)
            for item in tree.nodes().values()
            if own not in item.path and item.is_active
        ]
        self.fields["parent"] = CategoryField(label=_("Parent category"), required=False)
        self.fields["parent"].choices = [("", _("None: at the top")), *places]
        self.fields["departments"].queryset = Department.objects.filter(is_active=True)
        if not own:
            self.fields["audience"].initial = Audience.STAFF
